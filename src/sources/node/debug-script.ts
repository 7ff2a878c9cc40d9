import { shellWord } from '../../core/shell.ts';
import { NODE_COMMANDS, NODE_PATHS, type NodeCommand, type NodePath } from './node-items.ts';

export interface ScriptOptions {
  /** Begins every line that is not content; random, so that no file can hold it. */
  readonly mark: string;
  /** RFC 3339. */
  readonly since: string;
  /** Of one log. */
  readonly keepBytes: number;
}

const MAX_CONFIG = 256 * 2 ** 10;

/**
 * The program of the debug pod: prints the node's files and answers as frames, in the language of any POSIX shell.
 * Whoever may read the pod's log sees what it prints, so logins are left out before they are printed.
 */
export function debugScript({ mark, since, keepBytes }: ScriptOptions): string {
  const from = `${since.slice(0, 19).replace('T', ' ')} UTC`;
  return [
    `M=${shellWord(mark)}`,
    PRELUDE,
    ...NODE_PATHS.map((item) => fileLine(item, keepBytes)),
    ...NODE_COMMANDS.map((command) => commandLine(command, from, keepBytes)),
    'kubelet',
    'say done',
    '',
  ].join('\n');
}

function fileLine(item: NodePath, keepBytes: number): string {
  const { path, treat, as = path.slice(1), folder, log } = item;
  if (folder === true) return `tree ${treat} ${shellWord(path)}`;
  const [max, part] = log === true ? [keepBytes, 'tail'] : [MAX_CONFIG, 'head'];
  return `file ${treat} ${shellWord(as)} ${shellWord(path)} ${max} ${part}`;
}

function commandLine({ as, run, treat, log }: NodeCommand, from: string, keepBytes: number): string {
  const time = log === true ? ['--since', from, '--utc', '--no-pager', '-o', 'short-iso-precise'] : [];
  const max = log === true ? keepBytes : 4 * MAX_CONFIG;
  const say = run.length > 1 ? 'shown' : 'host';
  const programs = run.map((argv) => `${say} ${[...argv, ...time].map(shellWord).join(' ')};`).join(' ');
  return `say begin ${treat} ${shellWord(as)}; { ${programs} } | tail -c ${max} | clean; say end`;
}

/** Names of values that are logins, as `sed` reads them. */
const NAMES =
  'username|password|passwd|auth|identitytoken|registrytoken|token|secret|authorization|credentialhash|cookie|[a-z_]*(secret|token|password)';

const PRELUDE = String.raw`
[ -n "$ROOT" ] || ROOT=/host
export PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin:/var/lib/rancher/rke2/bin"
export LC_ALL=C TZ=UTC SYSTEMD_COLORS=0 SYSTEMD_IGNORE_CHROOT=1
T=; timeout 1 true 2>/dev/null && T='timeout 40'
say() { printf '%s %s\n' "$M" "$*"; }
host() { $T chroot "$ROOT" "$@" </dev/null 2>/dev/null; }
shown() { printf '$ %s\n' "$*"; host "$@"; }
clean() {
  sed -E \
    -e 's#(://)[^/@[:space:]"]*@#\1[redacted]@#g' \
    -e 's/((bearer|basic)[[:space:]]+)[A-Za-z0-9._~+\/=-]{6,}/\1[redacted]/gI' \
    -e '/^[[:space:]]*\[.*(header|headers|auth)"?\][[:space:]]*$/,/^[[:space:]]*\[[^]]*\][[:space:]]*$/{s/=.*/= "[redacted]"/;s/^[[:space:]]*["'\''].*/"[redacted]"/;}' \
    -e 's/((^|[[:space:]"'\''{,_-])(${NAMES})["'\'']?[[:space:]]*[:=][[:space:]]*)("[^"]*"|'\''[^'\'']*'\''|\[[^]]*\]|[^]["'\''[:space:],{}]+)/\1"[redacted]"/gI' \
    -e '/-----BEGIN [A-Z ]*PRIVATE KEY-----/,/-----END [A-Z ]*PRIVATE KEY-----/s/.*/[redacted]/' \
    -e 's/^/|/'
  echo
}
real() {
  p=$1; n=0
  while [ -L "$ROOT$p" ] && [ "$n" -lt 10 ]; do
    t=$(readlink "$ROOT$p"); n=$((n + 1))
    case $t in /*) p=$t ;; *) p=$(dirname "$p")/$t ;; esac
  done
  printf '%s' "$p"
}
file() {
  f=$ROOT$(real "$3")
  if [ ! -e "$f" ] || [ -d "$f" ]; then say absent "$3"; return; fi
  if [ "$1" = presence ]; then say present "$3"; return; fi
  if [ ! -r "$f" ] || [ ! -f "$f" ]; then say unknown "$3"; return; fi
  cut=
  [ "$(wc -c <"$f")" -gt "$4" ] && cut=cut
  say begin "$1" "$2"
  case $1 in
    logins) grep -oE '"[^"]*"[[:space:]]*:[[:space:]]*\{' "$f" | sed -E 's/^("[^"]*").*/\1/' | clean ;;
    certificates) { grep -c 'BEGIN CERTIFICATE' "$f"; sha256sum <"$f"; } 2>/dev/null | clean ;;
    *) "$5" -c "$4" <"$f" | clean ;;
  esac
  say end $cut
}
tree() {
  d=$(real "$2")
  if [ ! -d "$ROOT$d" ]; then say absent "$2"; return; fi
  (cd "$ROOT$d" && find . -maxdepth 4 ! -type d) 2>/dev/null | sort | head -n 300 | cut -c 2- | while IFS= read -r inside; do
    case $inside in
      *.key|*.pem|*.p12|*.pfx|*.jks|*.cert|*/kubeconfig*|*/token*|*/auth.json*) how=presence ;;
      *.crt|*.ca) how=certificates ;;
      *) how=$1 ;;
    esac
    file "$how" "$(printf '%s' "$2" | cut -c 2-)$inside" "$d$inside" ${String(MAX_CONFIG)} head
  done
}
kubelet() {
  for each in "$ROOT"/proc/[0-9]*; do
    words=$(tr '\0' '\n' <"$each/cmdline" 2>/dev/null)
    case $(printf '%s' "$words" | head -n 1) in kubelet|*/kubelet) ;; *) continue ;; esac
    say begin config system/ps-kubelet.txt
    printf '%s\n' "$words" | clean
    say end
    config=$(printf '%s' "$words" | sed -n 's/^--image-credential-provider-config=//p')
    [ -n "$config" ] && file config "image-credential-provider/$(basename "$config")" "$config" ${String(MAX_CONFIG)} head
    return 0
  done
}`.trim();
