import { describe, expect, it } from 'vitest';
import { fileKindOf, type NodeFileKind } from './file-kind.ts';

type Row = readonly [string, NodeFileKind];

const EKS: readonly Row[] = [
  ['storage/mounts.txt', 'mounts'],
  ['storage/inodes.txt', 'inodes'],
  ['storage/lsblk.txt', 'block-devices'],
  ['storage/xfs.txt', 'other'],
  ['containerd/containerd-config.txt', 'containerd-config'],
  ['containerd/containerd-log.txt', 'containerd'],
  ['containerd/containerd-version.txt', 'containerd-version'],
  ['containerd/containerd-images.txt', 'crictl-images'],
  ['containerd/containerd-plugins.txt', 'other'],
  ['containerd/containerd-tasks.txt', 'other'],
  ['containerd/containerd.4711.stacks.log', 'other'],
  ['docker/docker.log', 'docker'],
  ['docker/docker-info.txt', 'other'],
  ['kind/docker-info.txt', 'other'],
  ['kubelet/kubelet.log', 'kubelet'],
  ['kubelet/kubelet_service.txt', 'kubelet-unit'],
  ['kubelet/kubelet-eks_service.txt', 'kubelet-unit'],
  ['kubelet/config.json', 'kubelet-config'],
  ['kubelet/config.json.d/40-nodeadm.conf', 'kubelet-config'],
  ['kubelet/kubeconfig.yaml', 'other'],
  ['kubelet/svc.log', 'other'],
  ['networking/resolv.conf', 'resolv-conf'],
  ['networking/iproute.txt', 'routes'],
  ['networking/ifconfig.txt', 'links'],
  ['networking/conntrack.txt', 'conntrack'],
  ['networking/iptables-nat.txt', 'iptables'],
  ['networking/ping_amazon.com.txt', 'other'],
  ['system/services.txt', 'services'],
  ['system/ps.txt', 'processes'],
  ['system/ps-threads.txt', 'processes'],
  ['system/instance-id.txt', 'instance'],
  ['system/availability-zone.txt', 'instance'],
  ['system/instance-type.txt', 'instance'],
  ['system/ami-id.txt', 'instance'],
  ['kernel/dmesg.current', 'kernel'],
  ['kernel/dmesg.human.current', 'kernel'],
  ['kernel/uname.txt', 'kernel-version'],
  ['var_log/messages', 'system'],
  ['var_log/syslog.1', 'system'],
  ['var_log/messages-20261101.gz', 'system'],
  ['eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9.tar.gz/kubelet/kubelet.log', 'kubelet'],
];

const SOS: readonly Row[] = [
  ['sosreport-n-2026-11-20-abcdefg/sos_commands/openshift/journalctl_--no-pager_--unit_kubelet', 'kubelet'],
  ['sos_commands/crio/journalctl_--no-pager_--unit_crio', 'cri-o'],
  ['sos_commands/containerd/journalctl_--no-pager_--unit_containerd', 'containerd'],
  ['sos_commands/logs/journalctl_--no-pager_--catalog_--boot', 'system'],
  ['sos_commands/crio/crictl_info', 'crictl-info'],
  ['sos_commands/crio/crictl_images', 'crictl-images'],
  ['sos_commands/containerd/containerd_config_dump', 'containerd-config'],
  ['sos_commands/filesys/df_-al_-x_autofs', 'mounts'],
  ['sos_commands/filesys/df_-ali_-x_autofs', 'inodes'],
  ['sos_commands/filesys/mount_-l', 'mounts'],
  ['sos_commands/kernel/dmesg', 'kernel'],
  ['sos_commands/kernel/uname_-a', 'kernel-version'],
  ['sos_commands/systemd/systemctl_list-units', 'services'],
  ['sos_commands/systemd/timedatectl', 'clock'],
  ['sos_commands/chrony/chronyc_tracking', 'clock'],
  ['sos_commands/ntp/ntpq_-pn', 'clock'],
  ['sos_commands/ntp/ntpstat', 'clock'],
  ['timedatectl_timesync-status.txt', 'clock'],
  ['ntpdate_-q.txt', 'clock'],
  ['var/log/ntpd.log', 'other'],
  ['sos_commands/process/ps_auxwwwm', 'processes'],
  ['sos_commands/networking/ip_route_show_table_all', 'routes'],
  ['sos_commands/networking/ip_-o_addr', 'links'],
  ['sos_commands/networking/ip_-s_-d_link', 'links'],
  ['etc/containers/registries.conf', 'registries-conf'],
  ['etc/containers/registries.conf.d/99-mirror.conf', 'registries-conf'],
  ['etc/containers/policy.json', 'signature-policy'],
  ['etc/containerd/certs.d/registry.acme.example/hosts.toml', 'registry-hosts'],
  ['etc/containerd/config.toml', 'containerd-config'],
  ['etc/hosts', 'hosts-file'],
  ['proc/mounts', 'mounts'],
  ['var/log/messages', 'system'],
];

const OTHERS: readonly Row[] = [
  ['host_service_logs/masters/kubelet_service.log', 'kubelet'],
  ['host_service_logs/masters/crio_service.log', 'cri-o'],
  ['nodes/node-b/node-b_logs_kubelet.gz', 'kubelet'],
  ['host-collectors/run-host/journalctl-kubelet.txt', 'kubelet'],
  ['journald/rke2-server.log', 'kubelet'],
  ['systeminfo/dfh', 'mounts'],
  ['systeminfo/dfi', 'inodes'],
  ['kubelet.node-b.log', 'kubelet'],
  ['containerd_ip-10-0-1-2.txt', 'containerd'],
  ['kubelet.log.1.gz', 'kubelet'],
  ['stats-summary.json', 'stats-summary'],
  ['configz.json', 'kubelet-config'],
  ['system/clock.txt', 'clock'],
  ['system/proxy.txt', 'proxy'],
  ['system/ca-bundle.txt', 'ca-bundle'],
  ['storage/proc-mounts.txt', 'mounts'],
  ['networking/conntrack-count.txt', 'conntrack'],
  ['etc/systemd/system/containerd.service.d/http-proxy.conf', 'containerd-unit'],
  ['etc/systemd/system/crio.service.d/10-proxy.conf', 'containerd-unit'],
  ['etc/systemd/system/kubelet.service.d/proxy.conf', 'kubelet-unit'],
  ['etc/systemd/system/docker.service.d/http-proxy.conf', 'containerd-unit'],
  ['usr/lib/systemd/system/crio.service', 'containerd-unit'],
  ['etc/sysconfig/crio', 'runtime-environment'],
  ['etc/sysconfig/docker', 'runtime-environment'],
  ['etc/default/docker', 'runtime-environment'],
  ['etc/sysconfig/docker-storage', 'other'],
  ['etc/docker/daemon.json', 'docker-config'],
  ['etc/docker/certs.d/registry.acme.example:5000/ca.crt', 'registry-hosts'],
  ['kubelet/metrics.txt', 'kubelet-metrics'],
  ['node.json', 'node-object'],
  ['collected.json', 'collection-record'],
  ['events.json', 'events'],
  ['notes.md', 'other'],
  ['', 'other'],
];

describe('the kind of a file, by its path in', () => {
  it.each(EKS)("the EKS log collector's layout: %s is %s", (path, kind) => expect(fileKindOf(path)).toBe(kind));
  it.each(SOS)("sos's layout: %s is %s", (path, kind) => expect(fileKindOf(path)).toBe(kind));
  it.each(OTHERS)('other layouts: %s is %s', (path, kind) => expect(fileKindOf(path)).toBe(kind));

  it('is told quickly for paths made to take long', () => {
    const start = performance.now();
    for (const part of ['journalctl_', 'kubelet-', 'containerd.', 'df_-i', 'a/', '.log', 'ip_-o_']) {
      fileKindOf(part.repeat(400));
      fileKindOf(`${part.repeat(400)}!`);
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
