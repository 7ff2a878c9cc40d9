import type { NodeBundle } from '../../core/node/bundle.ts';
import type { SummaryCheck } from '../../core/node/summary-answer.ts';
import type { Incident } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { filesByNode } from '../../nodelogs/sections/node-files.ts';
import { SectionReader } from '../../nodelogs/sections/section-reader.ts';
import { readServices } from '../../nodelogs/sections/services.ts';
import { judgeStorage } from '../../nodelogs/storage/storage.ts';

const RUNTIMES = /^(?:containerd|crio|docker|k3s(?:-agent)?|rke2-(?:agent|server))$/;
const NOT_THERE: ReadonlySet<string> = new Set([
  'tag-not-found',
  'repository-not-found',
  'digest-not-found',
  'image-not-built',
  'image-retired',
]);

/** What must hold before the image itself is looked into; each is unknown until something shows it. */
export async function summaryChecks(
  bundle: NodeBundle,
  snapshot: Snapshot,
  incidents: readonly Incident[],
  { now, signal }: { readonly now: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly SummaryCheck[]> {
  return [
    await runtimeCheck(bundle, snapshot, incidents, signal),
    imageCheck(incidents),
    await diskCheck(bundle, now, signal),
  ];
}

async function runtimeCheck(
  bundle: NodeBundle,
  { nodeStates = [] }: Snapshot,
  incidents: readonly Incident[],
  signal: AbortSignal | undefined,
): Promise<SummaryCheck> {
  const check = 'RUNTIME_RUNNING';
  const down = nodeStates.find(({ runtimeDown }) => runtimeDown !== undefined)?.runtimeDown;
  if (down !== undefined) return { check, answer: 'no', because: `${down.locator}: ${down.text}` };
  const said = incidents.find(({ cause }) => cause.id === 'runtime-unavailable');
  if (said !== undefined)
    return { check, answer: said.verdict === 'confirmed' ? 'no' : 'unknown', because: said.statement };
  for (const files of filesByNode(bundle)) {
    const services = (await new SectionReader(files, signal).texts('services')).flatMap(readServices);
    const running = services.find(({ name, active }) => RUNTIMES.test(name) && active === 'active');
    if (running !== undefined)
      return { check, answer: 'yes', because: `${running.path}:${running.line}: ${running.text}` };
  }
  return { check, answer: 'unknown', because: 'no list of services was collected; a silent log proves nothing' };
}

function imageCheck(incidents: readonly Incident[]): SummaryCheck {
  const check = 'IMAGE_FOUND';
  const missing = incidents.find(({ cause }) => NOT_THERE.has(cause.id));
  if (missing === undefined)
    return {
      check,
      answer: 'unknown',
      because: 'no line says that an image is missing; only the registry can say that it is there',
    };
  return { check, answer: 'no', because: missing.statement };
}

async function diskCheck(bundle: NodeBundle, now: string, signal: AbortSignal | undefined): Promise<SummaryCheck> {
  const check = 'DISK_HAS_ROOM';
  const { perNode } = await judgeStorage(bundle, { now, ...(signal === undefined ? {} : { signal }) });
  const worst =
    perNode.find(({ state }) => state === 'full' || state === 'read-only') ??
    perNode.find(({ state }) => state === 'failing');
  if (worst !== undefined) return { check, answer: 'no', because: worst.summary };
  const known = perNode.length > 0 && perNode.every(({ state }) => state === 'ok' || state === 'near-full');
  return { check, answer: known ? 'yes' : 'unknown', because: perNode[0]?.summary ?? 'nothing was collected' };
}
