import type { AnswerGap } from '../../core/fact.ts';
import { BundleFolder } from '../../sources/node/bundle-folder.ts';
import { importPath } from '../../sources/node/import-path.ts';
import type { ToolContext } from './context.ts';
import type { GivenCollection } from './given-evidence.ts';
import { type EvidenceArguments, storeOf } from './node-evidence.ts';
import { ToolFailure } from './tool-failure.ts';

/** What `collect` may be asked beside a bundle. */
interface Others extends EvidenceArguments {
  readonly nodes: readonly string[];
  readonly failing?: number | undefined;
  readonly by: string;
}

/** Brings in what lies on disk: a bundle by its name, else the evidence that the server was started with. */
export async function collectFiles(bundle: string | undefined, others: Others, context: ToolContext) {
  if (bundle === undefined) {
    const { executionId, gaps } = await ofGiven(others, context);
    return told([{ executionId, ...nameOf(others) }], 'the evidence of this server', gaps);
  }
  if (others.node !== undefined || others.instanceId !== undefined || others.nodes.length > 0 || others.failing)
    throw new ToolFailure('invalid_input', 'bundle and nodes contradict each other: a bundle says itself whose it is', {
      next: ['give bundle alone, or nodes without it'],
    });
  const executionId = await ofBundle(bundle, context);
  return told([{ executionId, bundle }], `bundle ${bundle}`);
}

function told<T extends { readonly executionId: string }>(
  collections: readonly T[],
  read: string,
  gaps: readonly AnswerGap[] = [],
) {
  return {
    executionId: collections[0]?.executionId ?? '',
    collections,
    next: 'call status with the executionId until done is true, then errors with the same id; diagnose with executionIds and collectedOnly=true judges it alone',
    coverage: { read: [read], skipped: [] },
    gaps,
  };
}

function nameOf({ node, instanceId }: Others) {
  return {
    ...(node === undefined ? {} : { node }),
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}

async function ofGiven(others: Others, context: ToolContext): Promise<GivenCollection> {
  if (others.failing !== undefined || others.nodes.length > 0 || others.by === 'debug-pod')
    throw new ToolFailure('no_cluster', 'this server serves evidence on disk (--from): no other node can be asked', {
      next: ['call collect with node alone, or without arguments, for what the evidence holds of nodes'],
    });
  const { collectGiven } = await import('./given-evidence.ts');
  return collectGiven(others, storeOf(context), context);
}

/** Under way when this returns: archives may be large. */
async function ofBundle(name: string, context: ToolContext): Promise<string> {
  const { bundles } = context.settings;
  if (bundles === undefined)
    throw new ToolFailure('not_allowed', 'this server may not bring in bundles: it was started without --bundles DIR', {
      next: ['ask the user to start pullwhy mcp with --bundles and the folder where the bundle lies'],
    });
  const place = await new BundleFolder(bundles).find(name);
  if ('problem' in place)
    throw new ToolFailure('not_found', `bundle ${name}: ${place.problem}`, {
      near: place.near,
      next: ['history lists what is there'],
    });
  const { signal } = context.background;
  return new Promise((begun, failed) => {
    const work = importPath(place.path, storeOf(context), { signal, onBegin: begun });
    work.then(begun, failed);
    context.background.run(work);
  });
}
