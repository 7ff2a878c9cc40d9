/** Bad usage or unreadable evidence: printed as one line, exit code 2. The message says what, where and what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
