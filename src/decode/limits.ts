/** Bounds that keep decoding linear on hostile input. Nothing real comes near them. */

/** Characters of the input that are read; of more, the head and the tail. */
export const MAX_INPUT = 256 * 1024;

/** Characters of one message that are read; of more, the head and the tail. */
export const MAX_MESSAGE = 16 * 1024;

/** Messages of one input that are walked; of more, the first and the last. */
export const MAX_MESSAGES = 4000;

/** Distinct errors that are reported for one input. */
export const MAX_ERRORS = 50;

/** Rule applications and skipped segments in one message. */
export const MAX_STEPS = 160;

/** How far a capture looks for its end. */
export const MAX_CAPTURE = 1024;

/** Attempts inside attempts, log lines inside log lines. */
export const MAX_DEPTH = 4;

/** Parts of one `[e1, e2]` list. */
export const MAX_ATTEMPTS = 12;

/** Keeps head and tail of a text that is too long. The cause of an error stands at its end, its stage at its start. */
export function sandwich(text: string, max: number, tail = max >> 1): string {
  return text.length <= max ? text : `${text.slice(0, max - tail - 3)} … ${text.slice(text.length - tail)}`;
}
