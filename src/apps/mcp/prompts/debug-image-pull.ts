import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { renderPrompt } from '../../../render/prompt.ts';
import type { ToolContext } from '../context.ts';

/** The prompt of one pod: diagnosed first, so that it asks only for what is not proven yet. */
export async function debugImagePull(
  context: ToolContext,
  pod: string,
  namespace: string | undefined,
): Promise<string> {
  const outcome = await context.callTool('diagnose', {
    targets: [`pod/${pod}`],
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
  });
  if (!outcome.ok) throw new ProtocolError(ProtocolErrorCode.InvalidParams, outcome.error.message);
  const report = context.reports.get(reportIdIn(outcome.structured));
  if (report === undefined) throw new ProtocolError(ProtocolErrorCode.InternalError, 'the report was not kept');
  return renderPrompt(report);
}

function reportIdIn(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'reportId' in answer ? String(answer.reportId) : '';
}
