/** What logs and tools put before each line of what they print. */
const PREFIXES = [
  '[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})? \\S{1,255} [^\\s:]{1,80}: ?', // syslog, journalctl
  '\\d{4}-\\d\\d-\\d\\dT\\S{8,32} std(?:out|err) [FP] ', // the container runtime
  '\\d{4}-\\d\\d-\\d\\dT\\S{8,32} \\S{1,255} [^\\s:]{1,80}: ?', // journalctl -o short-iso
  '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d\\S{0,20} ',
  '[IWEF]\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{1,9} {1,8}\\d{1,10} [^\\s\\]]{1,120}\\] ', // klog
  '\\{"log":"', // the json-file driver of docker
  ' {0,8}\\d{1,9}\\t', // cat -n
  '[\\w./-]{1,200}:\\d{1,9}[:-]|[\\w./-]{0,200}/[\\w./-]{1,100}:(?=[\\s-]{0,80}(?:["\'\\w.]{1,80}\\s{0,3}[:=]|$))', // grep
  '[<>|](?= )|\\+(?=[\\s\\w"\'{-])', // diff, curl -v
  '[\\w.@-]{1,60} {1,20}\\| ', // docker compose
  '(?:[\\w.@-]{1,40}\\[\\d{1,10}\\]|kube\\w{1,10}|containerd|crio|crictl|dockerd?|podman|k3s|rke2|cloud-init): ', // a program
];
const PREFIX = new RegExp(PREFIXES.join('|'), 'y');
const JSON_LOG = '{"log":"';
/** Prefixes inside of prefixes: a line of a file in klog in the journal. */
const DEEPEST = 3;

/** Whether a prefix is that of a log, which has a time on every line. */
export function isLogged(prefix: string): boolean {
  return /\d\d:\d\d/.test(prefix);
}

/** A line without what logs put before it. */
export interface LineBody {
  readonly prefix: string;
  readonly body: string;
}

/** Parts a line where its own text begins, with its indentation. */
export function bodyOf(line: string): LineBody {
  let at = 0;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    PREFIX.lastIndex = at;
    const length = PREFIX.exec(line)?.[0].length ?? 0;
    if (length === 0) break;
    at += length;
  }
  const prefix = line.slice(0, at);
  const end = prefix.endsWith(JSON_LOG) ? line.indexOf('\\n"', at) : -1;
  return { prefix, body: line.slice(at, end < 0 ? line.length : end) };
}
