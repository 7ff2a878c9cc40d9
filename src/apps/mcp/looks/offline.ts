import { diagnoseOffline } from '../../cli/offline.ts';
import type { ToolContext } from '../context.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { Look, LookArguments } from './live.ts';

/** Looks at the evidence on disk that the server was started with. */
export async function lookOffline(args: LookArguments, { settings }: ToolContext): Promise<Look> {
  const { targets, namespace, selector, registry, executionIds } = args;
  if (selector !== undefined || executionIds.length > 0) {
    throw new ToolFailure('invalid_input', 'selector and executionIds are for a cluster; this server has evidence', {
      next: ['leave them out: all logs of the evidence count'],
    });
  }
  const { report, trouble } = await diagnoseOffline(targets, {
    from: settings.from,
    registry,
    allowPrivateRegistries: settings.privateRegistries,
    ...(namespace === undefined ? {} : { namespace }),
    ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
  });
  if (trouble !== undefined && report.incidents.length + report.notImagePull.length === 0) {
    throw new ToolFailure('not_found', trouble.message, { next: ['call diagnose without targets for all there is'] });
  }
  return { report };
}
