/** Docker Hub's official images (`library/…`), those withdrawn included: a single name can mean nothing else. */
export const OFFICIAL_IMAGES: ReadonlySet<string> = new Set(
  `adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita
  buildpack-deps busybox caddy cassandra celery centos chronograf cirros clearlinux clefos clickhouse clojure composer
  consul convertigo couchbase couchdb crate crux dart debian django docker docker-dev drupal eclipse-mosquitto
  eclipse-temurin eggdrop elasticsearch elixir emqx erlang euleros express-gateway fedora flink fluentd friendica fsharp
  gazebo gcc geonetwork ghost glassfish golang gradle groovy haproxy haskell haxe hello-seattle hello-world hipache
  hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins jetty jobber joomla jruby
  julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven
  mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node
  notary nuxeo odoo open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver
  phpmyadmin piwik plone postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star redis redmine registry
  rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube
  sourcemage spark spiped storm swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik ubuntu
  ubuntu-debootstrap ubuntu-upstart unit varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper`.split(
    /\s+/,
  ),
);

/** Repositories on Docker Hub that are pulled often enough to be mistyped often. */
export const POPULAR_REPOSITORIES: readonly string[] =
  `alpine/git alpine/helm alpine/k8s apache/airflow apache/kafka apache/superset argoproj/argocd bitnami/kubectl
  calico/cni calico/kube-controllers calico/node cloudflare/cloudflared confluentinc/cp-kafka
  confluentinc/cp-schema-registry confluentinc/cp-zookeeper curlimages/curl dpage/pgadmin4 envoyproxy/envoy
  fluent/fluent-bit fluent/fluentd gitea/gitea gitlab/gitlab-ce gitlab/gitlab-ee gitlab/gitlab-runner grafana/grafana
  grafana/loki grafana/mimir grafana/promtail grafana/tempo hashicorp/consul hashicorp/terraform hashicorp/vault
  istio/pilot istio/proxyv2 jaegertracing/all-in-one jenkins/inbound-agent jenkins/jenkins kubernetesui/dashboard
  localstack/localstack mailhog/mailhog minio/mc minio/minio mongodb/mongodb-community-server n8nio/n8n
  nginxinc/nginx-unprivileged nginx/nginx-ingress nicolaka/netshoot nvidia/cuda ollama/ollama
  opensearchproject/opensearch openpolicyagent/gatekeeper openpolicyagent/opa otel/opentelemetry-collector
  otel/opentelemetry-collector-contrib pgvector/pgvector portainer/portainer-ce postgis/postgis prom/alertmanager
  prom/blackbox-exporter prom/node-exporter prom/prometheus prom/pushgateway pytorch/pytorch rancher/k3s
  rancher/rancher redis/redis-stack redis/redis-stack-server rook/ceph selenium/standalone-chrome sonatype/nexus3
  tailscale/tailscale tensorflow/serving tensorflow/tensorflow timescale/timescaledb traefik/whoami valkey/valkey
  vaultwarden/server velero/velero vllm/vllm-openai`.split(/\s+/);

/** Other names for what an official image packages, too far apart for a slip of the finger. */
export const OFFICIAL_IMAGE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['apache', 'httpd'],
  ['apache2', 'httpd'],
  ['corretto', 'amazoncorretto'],
  ['elastic', 'elasticsearch'],
  ['go', 'golang'],
  ['maria', 'mariadb'],
  ['mongodb', 'mongo'],
  ['mosquitto', 'eclipse-mosquitto'],
  ['nodejs', 'node'],
  ['pg', 'postgres'],
  ['postgresql', 'postgres'],
  ['python3', 'python'],
  ['rabbit', 'rabbitmq'],
  ['rocky', 'rockylinux'],
  ['temurin', 'eclipse-temurin'],
]);
