import type { Hosts } from './registries.ts';
import type { Scenario } from './scenarios.ts';

/** Faults of the way to the registry, and of the registry as a whole. */
export function ways(hosts: Hosts): readonly Scenario[] {
  const api = (host: string) => `${host}/shop/api:1.0`;
  return [
    {
      truth: 'a private authority that is not trusted',
      image: api(hosts.open.replace('registry.', 'private.')),
      untrusting: true,
      probe: { kind: 'tls-failed', problem: 'untrusted' },
      text: ['tls-unknown-authority'],
      both: 'tls-unknown-authority',
    },
    {
      truth: 'an expired certificate',
      image: api(hosts.expired),
      probe: { kind: 'tls-failed', problem: 'expired' },
      text: ['tls-expired'],
      both: 'tls-expired',
    },
    {
      truth: 'a certificate for another name',
      image: api(hosts.wrongName),
      probe: { kind: 'tls-failed', problem: 'wrong-name' },
      text: ['tls-hostname-mismatch'],
      both: 'tls-hostname-mismatch',
    },
    {
      truth: 'plain HTTP',
      image: api(hosts.plain),
      probe: { kind: 'tls-failed', problem: 'plain-http' },
      text: ['http-https-mismatch'],
      both: 'http-https-mismatch',
    },
    {
      truth: "429 with Docker Hub's headers",
      image: api(hosts.limited),
      probe: { kind: 'rate-limited', problem: 'rate-limited' },
      text: ['rate-limited'],
      both: 'rate-limited',
    },
    ...(['broken500', 'broken503'] as const).map((name) => ({
      truth: `${name.slice(-3)} for everything`,
      image: api(hosts[name]),
      probe: { kind: 'server-error', problem: 'server-error' } as const,
      text: ['registry-unavailable'],
      both: 'registry-unavailable',
    })),
    {
      truth: 'a web page in place of the registry',
      image: api(hosts.page),
      probe: { kind: 'not-a-registry', problem: 'not-a-registry' },
      text: ['traffic-intercepted', 'unsupported-media-type'],
    },
    {
      truth: 'connections that are cut',
      image: api(hosts.cutting),
      probe: { kind: 'tls-failed', problem: 'handshake' },
      text: ['connection-reset'],
      both: 'connection-reset',
    },
    {
      truth: 'nobody listens',
      image: api(hosts.nobody),
      probe: { kind: 'unreachable', problem: 'connection-refused' },
      text: ['connection-refused'],
      both: 'connection-refused',
    },
    {
      truth: 'a name that does not exist',
      image: api(hosts.noName),
      probe: { kind: 'unreachable', problem: 'no-such-host' },
      text: ['dns-failure'],
      both: 'dns-failure',
    },
  ];
}

/** Faults behind a good manifest. */
export function blobs(hosts: Hosts): readonly Scenario[] {
  const damaged = { kind: 'blob-damaged', problem: 'corrupt' } as const;
  return [
    {
      truth: 'a layer with other content',
      image: `${hosts.damaged}/shop/wrong:1.0`,
      probe: damaged,
      text: ['corrupt-content'],
      both: 'corrupt-content',
    },
    {
      truth: 'a layer that is stored too short',
      image: `${hosts.damaged}/shop/short:1.0`,
      probe: damaged,
      text: ['corrupt-content', 'connection-reset'],
      both: 'corrupt-content',
    },
    {
      truth: 'a layer that is gone',
      image: `${hosts.damaged}/shop/gone:1.0`,
      probe: { kind: 'blob-missing', problem: 'not-found' },
      text: ['blob-missing'],
      both: 'blob-missing',
    },
    {
      truth: 'a layer whose transfer is cut',
      image: `${hosts.cutLayer}/shop/cut:1.0`,
      probe: damaged,
      text: ['connection-reset', 'corrupt-content'],
    },
    {
      truth: 'layers at another host',
      image: `${hosts.redirecting}/shop/redirected:1.0`,
      probe: { kind: 'pullable' },
      text: [],
    },
    {
      truth: 'a layer host that refuses',
      image: `${hosts.redirectRefused}/shop/refused:1.0`,
      probe: { kind: 'blob-host-failed', problem: 'forbidden' },
      // Until containerd 2.0 the text names the registry, not the host that refused.
      text: ['blob-host-blocked', 'forbidden'],
      both: 'blob-host-blocked',
    },
    {
      truth: 'a layer host that is down',
      image: `${hosts.redirectNowhere}/shop/nowhere:1.0`,
      probe: { kind: 'blob-host-failed', problem: 'connection-refused' },
      text: ['blob-host-blocked', 'connection-refused'],
      both: 'blob-host-blocked',
    },
  ];
}

/** The probe asks the registry that the image names; the node asks a mirror. */
export function mirrors({ open, mirror, mirrored, nobody }: Hosts, authorities: string): readonly Scenario[] {
  const by = (host: string, server: string) =>
    `server = "https://${server}"\n[host."https://${host}"]\n  capabilities = ["pull", "resolve"]\n  ca = "${authorities}"\n`;
  return [
    { truth: 'a pull-through mirror', image: `${mirror}/shop/api:1.0`, probe: { kind: 'pullable' }, text: [] },
    {
      truth: 'a mirror that works for a registry that is down',
      image: `${mirrored}/shop/mirrored:1.0`,
      hostsToml: by(mirror, mirrored),
      probe: { kind: 'unreachable', problem: 'connection-refused' },
      text: [],
    },
    {
      truth: 'a mirror that is down, alone, for a registry that works',
      image: `${open.replace('registry.', 'front.')}/shop/api:1.0`,
      hostsToml: by(nobody, nobody),
      probe: { kind: 'pullable' },
      text: ['connection-refused', 'mirror-misconfigured'],
    },
  ];
}
