/** A client or server error, alone: `401`, `429`. */
const STATUS = /^[45]\d\d$/;

export function isStatus(text: string): boolean {
  return STATUS.test(text);
}

/**
 * A pattern for a status where a status stands: after `status`, `code` or `HTTP/1.1`, after `: `, or before its
 * words (`401 Unauthorized`). Not inside an account id, a port, a tag, a process id or a time.
 */
export function statusPattern(status: string): string {
  const named = `(?:status|code|http\\/\\d(?:\\.\\d)?|http|returned|response)["' ]{0,2}[:= (\\[]{1,3}["']?${status}\\b`;
  // Case tells: a process id is followed by the name of a source file.
  const worded = `\\b${status} (?-i:\\(?[A-Z][a-z]+)`;
  const told = `[a-z\\])"']: "?${status}(?:$|[\\s",;)}\\\\])`;
  return `(?:${named}|${worded}|${told})`;
}
