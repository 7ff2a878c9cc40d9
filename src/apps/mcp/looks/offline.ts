import { diagnoseOffline } from '../../cli/offline.ts';
import type { ToolContext } from '../context.ts';
import { settledCollection, storeOf } from '../node-evidence.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { Look, LookArguments } from './live.ts';

/** Looks at the evidence on disk that the server was started with, and at collections. */
export async function lookOffline(args: LookArguments, context: ToolContext): Promise<Look> {
  const { targets, namespace, selector, registry } = args;
  if (selector !== undefined) {
    throw new ToolFailure('invalid_input', 'selector asks an API server; this diagnosis has evidence on disk', {
      next: ['leave selector out, and choose from the answer'],
    });
  }
  const { settings } = context;
  const { report, trouble } = await diagnoseOffline(targets, {
    from: await placesOf(args, context),
    registry,
    allowPrivateRegistries: settings.privateRegistries,
    ...(namespace === undefined ? {} : { namespace }),
    ...(settings.store === undefined ? {} : { store: settings.store }),
    ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
  });
  if (trouble !== undefined && report.incidents.length + report.notImagePull.length === 0) {
    throw new ToolFailure('not_found', trouble.message, { next: ['call diagnose without targets for all there is'] });
  }
  return { report };
}

async function placesOf({ executionIds, collectedOnly }: LookArguments, context: ToolContext): Promise<string[]> {
  const store = storeOf(context);
  const collections = await Promise.all(
    executionIds.map((executionId) => settledCollection({ executionId }, store, context)),
  );
  // By its folder: an id could also be the name of a file where the server runs.
  const folders = collections.map(({ id }) => store.pathOf(id));
  return collectedOnly ? folders : [...context.settings.from, ...folders];
}
