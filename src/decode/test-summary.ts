import type { PullError } from '../core/pull-error.ts';
import { decode } from './decode.ts';

/** One line for table tests: `stage/leaf:problem @host`. */
export function summarize(error: PullError): string {
  const { leaf } = error;
  const problem =
    'problem' in leaf
      ? leaf.problem
      : 'what' in leaf
        ? leaf.what
        : 'who' in leaf
          ? leaf.who
          : 'status' in leaf
            ? leaf.status
            : '';
  return `${error.stage}/${leaf.kind}${problem === '' ? '' : `:${problem}`}${error.host === undefined ? '' : ` @${error.host}`}`;
}

/** The summary of the decisive error of a text. */
export function decisive(text: string): string {
  return summarize(decode(text).error);
}
