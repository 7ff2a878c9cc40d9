/** What can go wrong with a call. Agents branch on the code; people read the message. */
export const FAILURE_CODES = [
  'invalid_input',
  'not_found',
  'forbidden',
  'unauthorized',
  'no_cluster',
  'unreachable',
  'deadline',
  'cancelled',
  'busy',
  'not_allowed',
  'unknown_collection',
  'not_ready',
  'too_large',
  'unreadable',
  'internal',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

export interface FailureDetails {
  /** What the agent can do now, most useful first. */
  readonly next?: readonly string[];
  /** The smallest Role that would allow it, as YAML. */
  readonly role?: string;
  /** Names that exist and look alike. */
  readonly near?: readonly string[];
}

/** A call that cannot be answered, in words that lead on. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
