import { isRecord } from './cited.ts';

/**
 * Why an answer on node evidence tells nothing: no file was read for it, or the collection failed. Its empty lists
 * then mean "not known", never "none". Undefined when it rests on something.
 */
export function nothingRead(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  if (isRecord(answer.coverage) && answer.coverage.filesRead === 0) return 'no file of the node was read for it';
  if (isRecord(answer.collection) && answer.collection.state === 'failed')
    return 'the collection failed: nothing came from the node';
  return undefined;
}
