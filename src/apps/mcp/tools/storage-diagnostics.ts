import { z } from 'zod';
import { renderStorage } from '../../../render/node/storage.ts';
import { nodeStorage } from '../../../tasks/node/storage.ts';
import { storage } from '../answers/storage.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const storageDiagnostics = defineTool({
  name: 'storage_diagnostics',
  title: 'Room for images on a node',
  description:
    'Bytes, inodes, read-only mounts and image garbage collection of a collected node: full, near-full, ok, or unknown when nothing that tells was collected. "no space left on device" with free bytes means inodes or a quota. Needs collect first.',
  input: z.strictObject(evidenceInput),
  output: storage,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run(which, context) {
    const bundle = await openEvidence(which, context);
    return nodeStorage(bundle, { now: context.now(), signal: context.signal });
  },
  text: (answer) => renderStorage(answer, PLAIN_TEXT),
});
