import type { PullError } from '../core/pull-error.ts';
import { announcedImage } from './announced.ts';
import { readMessages } from './carrier/carrier.ts';
import type { Message } from './carrier/message.ts';
import { complete } from './complete.ts';
import { decodeMessage } from './decode-message.ts';
import { type Found, rankErrors } from './rank.ts';
import { nothingSeen } from './seen.ts';

/** What a text says on a failing image pull. */
export interface Decoded {
  /** The decisive error. */
  readonly error: PullError;
  /** All distinct errors, in order of decisiveness; the first is `error`. Never empty. */
  readonly errors: readonly PullError[];
  /** For each of `errors` the 1-based line of the input on which it stands. */
  readonly lines: readonly number[];
}

/**
 * Decodes any text in which an image pull error may stand: an event message, describe or log output,
 * CLI output, a pasted issue. Never throws; time grows linearly with the length of the text.
 */
export function decode(text: string): Decoded {
  const ranked = rankErrors(decodeAll(readMessages(text)));
  const first = ranked[0]?.error;
  if (first === undefined) {
    const error = complete(text.slice(0, 4000), { seen: nothingSeen(), unknown: '' });
    return { error, errors: [error], lines: [1] };
  }
  return { error: first, errors: ranked.map(({ error }) => error), lines: ranked.map(({ message }) => message.line) };
}

/** Each message by itself; one that names no image has the one that was announced just before. */
function decodeAll(messages: readonly Message[]): readonly Found[] {
  let announced: string | undefined;
  return messages.map((message) => {
    const error = decodeMessage(message);
    const image = announced;
    announced = announcedImage(message) ?? announced;
    if (image === undefined || !lacksImage(error)) return { message, error };
    return { message, error: decodeMessage({ ...message, image }) };
  });
}

function lacksImage({ image, host, request, stage }: PullError): boolean {
  return image === undefined && host === undefined && request === undefined && stage !== 'none';
}
