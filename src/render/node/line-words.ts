/** Where a klog line (`err=`) or a logfmt line (`error=`, else `msg=`) holds what it says. */
const FIELDS = [' err="', ' error="', ' msg="'];

/** `E1120 22:40:34.907209    2417 pod_workers.go:1324] `: the head that klog puts before a line. */
const KLOG_HEAD = /^[EWIF]\d{4} [\d:.]{8,20} {1,10}\d{1,10} [\w.-]{1,100}:\d{1,6}\] /;

/** What a log line says, in one row: the end of its error, else its beginning without time and place. */
export function saying(text: string, room: number): string {
  const error = quotedField(text, FIELDS.slice(0, 2));
  const said = error ?? quotedField(text, FIELDS.slice(2)) ?? text.replace(KLOG_HEAD, '');
  if (said.length <= room) return said;
  const kept = Math.max(0, room - 1);
  return error === undefined ? `${said.slice(0, kept)}…` : `…${said.slice(said.length - kept)}`;
}

/** The value of the first field that is there, its quotes as they were meant; cut values count as well. */
function quotedField(text: string, fields: readonly string[]): string | undefined {
  const field = fields.find((each) => text.includes(each));
  if (field === undefined) return undefined;
  const from = text.indexOf(field) + field.length;
  let end = from;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return text.slice(from, end).replaceAll('\\', '') || undefined;
}
