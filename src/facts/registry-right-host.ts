import type { EvidenceId } from '../core/evidence.ts';
import { parseParts } from '../image/grammar.ts';
import { type Address, addressOf, isLoopbackHost, type ServiceMatch, serviceFor } from './registry-address.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** Host and port by which images of a Service's registry are pulled, and what shows it. */
export interface RightHost {
  readonly host: string;
  readonly by: 'pulled-image' | 'only-port';
  readonly because: readonly EvidenceId[];
}

interface Pulled {
  readonly host: string;
  readonly path: string;
  readonly because: EvidenceId;
}

/** Repositories that containers of the snapshot were pulled from, each once. */
function pulledFrom(index: SnapshotIndex): readonly Pulled[] {
  return index.once('repositories that were pulled from', () => {
    const found = new Map<string, Pulled>();
    for (const { id, object } of index.all('Pod')) {
      const pulled = new Set(
        object.status.containers.filter(({ imageID = '' }) => imageID !== '').map(({ name }) => name),
      );
      for (const { name, image = '' } of object.spec.containers) {
        const parsed = pulled.has(name) ? parseParts(image) : undefined;
        if (parsed?.ok !== true) continue;
        const { domain, path } = parsed.parts;
        if (!found.has(`${domain}/${path}`)) found.set(`${domain}/${path}`, { host: domain, path, because: id });
      }
    }
    return [...found.values()];
  });
}

/** For an image whose port the Service does not serve: what other images name, else the only port that there is. */
export function rightHostOf(index: SnapshotIndex, match: ServiceMatch, image: Address): RightHost | undefined {
  if (match.portMatches || match.by === 'route') return undefined;
  const hosts = new Map(pulledFrom(index).map(({ host, because }) => [host, because] as const));
  const [one, another] = [...hosts].filter(([host]) => leadsTo(index, match, host));
  if (one !== undefined) {
    return another === undefined ? { host: one[0], by: 'pulled-image', because: [one[1]] } : undefined;
  }
  const { ports } = match.service.object;
  const [port] = ports;
  if (port === undefined || ports.length > 1 || match.by === 'node-port') return undefined;
  const name = image.host.includes(':') ? `[${image.host}]` : image.host;
  return { host: `${name}:${port.port}`, by: 'only-port', because: [match.service.id] };
}

function leadsTo(index: SnapshotIndex, { service }: ServiceMatch, host: string): boolean {
  const found = serviceFor(index, addressOf(host));
  return found?.portMatches === true && found.service.id === service.id;
}

/**
 * `localhost:5000` where no Service has that node port: the Service that the same repository was pulled from by another
 * port of the same host.
 */
export function serviceOfOtherPort(
  index: SnapshotIndex,
  { host, port }: Address,
  path: string,
): ServiceMatch | undefined {
  if (port === undefined) return undefined;
  for (const other of pulledFrom(index)) {
    const address = addressOf(other.host);
    const isSameHost = address.host === host || (isLoopbackHost(address.host) && isLoopbackHost(host));
    const match = other.path === path && isSameHost ? serviceFor(index, address) : undefined;
    if (match?.by === 'node-port') return { service: match.service, by: 'node-port', portMatches: false };
  }
  return undefined;
}
