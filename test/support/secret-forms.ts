const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** A made-up secret, and its forms in base64. */
export const CANARY = 'c4nAry-Made-Up-Word';
const LOGIN = base64(`ci:${CANARY}`);
const VALUE = base64(`${CANARY} and more`);

/** Whether a text shows the made-up secret or the middle of it, as it stands or in base64. */
export function showsCanary(text: string): boolean {
  return [CANARY.slice(0, 9), CANARY.slice(-9), LOGIN.slice(4, 16), VALUE.slice(0, 12)].some((form) =>
    text.includes(form),
  );
}

const JOURNAL = 'Nov 20 21:00:00 node-a kubelet[859]: ';
const KLOG = 'I1120 21:00:00.000000     859 config.go:12] ';
const CRI = '2026-11-20T21:00:00.000000000Z stdout F ';

function logged(prefix: string, text: string): string {
  return text
    .split('\n')
    .map((line) => `${prefix}${line}`)
    .join('\n');
}

const SECRET = { apiVersion: 'v1', data: { greeting: VALUE }, kind: 'Secret', stringData: { other: CANARY } };
const SECRET_YAML = `apiVersion: v1\nkind: Secret\ndata:\n  greeting: ${VALUE}\n  tls.crt: ${VALUE}\nmetadata:\n  name: regcred`;

/** One line each: what stands in logs, commands, files of settings. */
export const SECRET_LINES: readonly string[] = [
  // behind what logs put before a line
  ...[
    JOURNAL,
    KLOG,
    CRI,
    `${JOURNAL}${KLOG}`,
    'kubectl: ',
    '+',
    '> ',
    'app-1  | ',
    'config.yaml:12:',
    '/etc/x.yaml:',
    '  3\t',
  ].map((prefix) => `${prefix}  password: canary-horse-staple-${CANARY}`),
  `err="bad config:\\n  username: ci\\n  password: ${CANARY}\\n"`,
  `{"log":"  password: ${CANARY}\\n","stream":"stdout"}`,
  // commands and what they read
  `echo ${CANARY} | docker login -u ci --password-stdin harbor.acme.example`,
  `printf '%s' '${CANARY}' | podman login --password-stdin harbor.acme.example`,
  `echo ${LOGIN} | base64 -d > /root/.docker/config.json`,
  `docker login --password-stdin harbor.acme.example <<< "${CANARY}"`,
  `machine harbor.acme.example login ci password ${CANARY}`,
  `default login ci password ${CANARY}`,
  `kubectl create secret generic x --from-literal=greeting=${CANARY} --from-literal b='${CANARY}'`,
  `aws configure set aws_secret_access_key ${CANARY}`,
  `curl --proxy-user ci:${CANARY} -x proxy:3128 https://harbor.acme.example`,
  `sshpass -p '${CANARY}' ssh node-a`,
  `redis-cli -h cache -a ${CANARY} ping`,
  `openssl rsa -passin pass:${CANARY} -in tls.key`,
  `x --client-secret ${CANARY} --secret-key ${CANARY} --encryption-key=${CANARY}`,
  `kubeadm join 10.0.0.1:6443 --certificate-key ${CANARY}`,
  `helm install x --set auth.password=${CANARY} --set-string db.pass=${CANARY}`,
  `["ctr","images","pull","-u","ci:${CANARY}","harbor.acme.example/a"]`,
  `type=EXECVE msg=audit(1): argc=4 a0="docker" a1="login" a2="-p" a3="${CANARY}"`,
  // Dockerfiles, units, variables
  `ENV API_TOKEN ${CANARY}`,
  `Step 3/9 : ENV DB_PASSWORD ${CANARY} more words`,
  `setenv DB_PASSWORD ${CANARY}`,
  `SetCredential=registry:${CANARY}`,
  `DB_PW=${CANARY}`,
  // encoded
  `q=x%26password%3D${CANARY}%26y`,
  `%7B%22auth%22%3A%22${CANARY}%22%7D`,
  `%2522password%2522%253A%2522${CANARY}%2522`,
  `redirect=https%3A%2F%2Fb.acme.example%2Fk%3FX-Amz-Signature%3D${CANARY}%26x%3D1`,
  `https%3A%2F%2Fci%3A${CANARY}%40harbor.acme.example%2Fv2`,
  `{\\u0022password\\u0022:\\u0022${CANARY}\\u0022}`,
  `{\\\\u0022password\\\\u0022:\\\\u0022${CANARY}\\\\u0022}`,
  `password\\u003d${CANARY}`,
  `{\\x22auth\\x22:\\x22${CANARY}\\x22}`,
  `{&quot;password&quot;:&quot;${CANARY}&quot;}`,
  `{&#34;auth&#34;:&#34;${CANARY}&#34;}`,
  [1, 2, 3, 4].reduce((text) => JSON.stringify(text), JSON.stringify({ password: CANARY })),
  // notations of other languages
  `{user: y, password: two words ${CANARY}}`,
  `password = two words ${CANARY}`,
  `  passphrase: two words ${CANARY}`,
  `password: &pw ${CANARY}`,
  `password: !!str ${CANARY}`,
  `userPassword:: ${VALUE}`,
  `{"password" => "${CANARY}"}`,
  `('password', '${CANARY}')`,
  `["password"] = "${CANARY}"`,
  `password := "${CANARY}"`,
  `{"passwords":["one","${CANARY}"]}`,
  `types.AuthConfig{Username:"ci", Password:"${CANARY}", Auth:"${LOGIN}"}`,
  `{"id_token":"${CANARY}","X-Amz-Security-Token":"${CANARY}"}`,
  // XML
  `<password>${CANARY}</password>`,
  `<m:apiKey type="string">${CANARY}</m:apiKey>`,
  `<password><![CDATA[${CANARY}]]></password>`,
  `&lt;password&gt;${CANARY}&lt;/password&gt;`,
  `<key>password</key><string>${CANARY}</string>`,
  // headers
  `map[X-Auth-Token:[${CANARY}] X-Api-Key:[${CANARY}]]`,
  `http.Header{"X-Auth-Token":[]string{"${CANARY}"}, "Authorization":[]string{"Bearer ${CANARY}"}}`,
  `http.Header{"Set-Cookie":[]string{"sid=${CANARY}; Path=/"}}`,
  `http2: Transport encoding header "cookie" = "sid=${CANARY}"`,
  `('Authorization', 'Bearer ${CANARY}')`,
  `> PRIVATE-TOKEN: ${CANARY}`,
  `X-Amz-Security-Token:${CANARY}`,
  // sentences
  'the login plugin failed: token c4nAry-Made-Up-Word1',
  'the password is c4nAry-Made-Up-Word1, try again',
  // signatures and hashes that stand alone
  `sig=${CANARY}%3D`,
  `X-Amz-Signature=${CANARY}`,
  `"https://b.acme.example/k?a=b\\\\u0026X-Amz-Signature=${CANARY}"`,
  `root:$6$salt$${CANARY}:19000:0:99999:7:::`,
  `ci:${CANARY}@tcp(db:3306)/shop`,
  // Secrets of Kubernetes, whatever the keys are called
  JSON.stringify(SECRET),
  JSON.stringify(JSON.stringify(SECRET)),
  JSON.stringify({ data: SECRET.data }),
  `{kind: Secret, data: {greeting: ${VALUE}}, stringData: {other: ${CANARY}}}`,
  `&Secret{Data:map[string][]byte{a: [99 52 110],},StringData:map[string]string{other: ${CANARY},},Type:Opaque,}`,
  // private keys
  `-----BEGIN%20PRIVATE%20KEY-----%0A${CANARY}`,
  `\\u002d\\u002d\\u002d\\u002d\\u002dBEGIN PRIVATE KEY-----\\n${CANARY}`,
  `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ---- ${CANARY}`,
];

/** Several lines each: what must stay hidden on every line alone as well. */
export const SECRET_TEXTS: readonly string[] = [
  logged(JOURNAL, `password: |\n  ${CANARY}\nnext: 1`),
  logged(CRI, `password:\n  ${CANARY}\nnext: 1`),
  logged('+', `  password: |\n    ${CANARY}\n`),
  logged('kubectl: ', `password: >-\n  ${CANARY}`),
  SECRET_YAML,
  `apiVersion: v1\ndata:\n  greeting: ${VALUE}\nkind: Secret\n`,
  `items:\n- apiVersion: v1\n  data:\n    greeting: |\n      ${VALUE}\n  kind: Secret\n`,
  `kind: SecretList\nitems:\n- data:\n    greeting: ${VALUE}\n`,
  logged('    ', SECRET_YAML),
  logged(JOURNAL, SECRET_YAML),
  JSON.stringify({ apiVersion: 'v1', items: [SECRET] }, null, 2),
  `cat <<EOF > /run/secrets/password\n${CANARY}\nEOF\nls`,
  `docker login --password-stdin harbor.acme.example <<'EOF'\n${CANARY}\nEOF`,
  `cat > ~/.netrc <<EOF\nmachine harbor.acme.example\nlogin ci\npassword ${CANARY}\nEOF`,
  `machine harbor.acme.example\n  login ci\n  password ${CANARY}\n`,
  `secret_key = <<-EOT\n  ${CANARY}\n  EOT\n`,
  `password = [\n  "${CANARY}"\n]\n`,
  `[host."https://m.acme.example".header]\n  x-team = ["${CANARY}"]\n  other = [\n    "${CANARY}",\n  ]\n`,
  `<server>\n  <password>\n    ${CANARY}\n  </password>\n</server>`,
  `tokens:\n- ${CANARY}\nnext: 1`,
  logged(CRI, `-----BEGIN EC PRIVATE KEY-----\n${CANARY}\n-----END EC PRIVATE KEY-----`),
  `x: ${base64(`-----BEGIN RSA PRIVATE KEY-----\n${'x'.repeat(24)}${CANARY}`).replace(/(.{56})/g, '$1\n')}`,
];

/** What must stay as it is: over-redaction takes the evidence away. */
export const READABLE_LINES: readonly string[] = [
  'secret "regcred" not found',
  'imagePullSecrets: [{name: regcred}]',
  '"imagePullSecrets":[{"name":"regcred"}],"secrets":[{"name":"default-token-x7k2p"}]',
  'Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
  'Get "https://auth.docker.io/token?service=registry.docker.io&scope=repository:x:pull": EOF',
  'redirect=https%3A%2F%2Fauth.acme.example%2Ftoken%3Fscope%3Drepository%253Ateam%252Fsecret%253Apull%26service%3Dx',
  'repository%3Ateam%2Ftoken%3Apull%2Cpush',
  'unauthorized: incorrect username or password',
  'password: must not be empty',
  'InvalidToken: the token is expired',
  'docker login harbor.acme.example -u <user> -p <password> and then pull again </p>',
  '--docker-username=<user> --docker-password=<password> --dry-run=client',
  'kubectl create secret generic x --from-file=.dockerconfigjson=/root/.docker/config.json',
  'curl --private-key /etc/ssl/tls.key --secret-key ./key https://harbor.acme.example',
  'ENV PATH /usr/local/bin',
  'ARG TARGETPLATFORM',
  `expected sha256:${'0123456789abcdef'.repeat(4)} but got sha256:${'fedcba9876543210'.repeat(4)}`,
  '"SyncLoop (PLEG): event for pod" event={"ID":"458ac580","Type":"ContainerStarted","Data":"3dcb6a1e9f2b"}',
  '{"data":{"reason":"ImagePullBackOff","image":"harbor.acme.example/team/api:v1","id":"deadbeef1234"}}',
  '{"kind":"ConfigMap","data":{"reason":"NotFound"}}',
  'received signal sig=terminated',
  'tls.key:  1704 bytes',
  'reading auth: /run/containers/0/auth.json: no such file',
  'echo nginx:1.27 | xargs crictl pull',
  'open /etc/kubernetes/pki/ca.key: permission denied',
  'DB_PASSWORD:  <set to the key \'password\' in secret "db">  Optional: false',
  'expected PRIVATE KEY, found CERTIFICATE',
  'Token: `invalid status code from registry 403 (Forbidden)`',
  'x-request-id: 3dcb6a1e9f2b and x-key:',
  'Signature: verified, tokens: 3, auth: ok',
  'token kube-api-access-x7k2p of v1.27 for default-token-x7k2p was refused',
  'password authentication is disabled; token https://auth.acme.example/v2/token1 gave 401',
  'echo "$TOKEN" | docker login --username ci --password-stdin',
  "const keys = ['auth:', 'password:', 'token:']",
];
