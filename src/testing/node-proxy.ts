/** A node of a replayed cluster, as the API server's node proxy shows its kubelet. */
export interface ReplayedNode {
  /** Files below /var/log by path: `kubelet.log`, `containerd/containerd.log`. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the journal holds, by unit. */
  readonly journal?: Readonly<Record<string, string>>;
  /** Units with no line in any time that is asked for. */
  readonly quiet?: readonly string[];
  /** Whether log queries are enabled; a kubelet where they are not ignores them. */
  readonly logQuery?: boolean;
  /** Other endpoints by path: `stats/summary`, `configz`, `metrics`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** The API server cannot reach this kubelet. */
  readonly unreachable?: { readonly status: 400 | 502 | 503; readonly message: string };
}

/** An answer of a kubelet. */
export interface KubeletAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PLAIN = 'text/plain; charset=utf-8';
const QUERY_TEXT = 'text/plain;charset=UTF-8';
const HTML = 'text/html; charset=utf-8';

/** Answers as a kubelet of 1.36 does (recorded in fixtures/api/node.json). `path` is what follows `/proxy/`. */
export function answerOfKubelet(
  node: ReplayedNode,
  path: string,
  params: URLSearchParams,
  range: string | undefined,
): KubeletAnswer {
  if (path.startsWith('logs/')) return logsAnswer(node, path.slice('logs/'.length), params, range);
  const body = node.endpoints?.[path];
  if (body === undefined) return { status: 404, type: PLAIN, body: '404 page not found\n' };
  return { status: 200, type: body.startsWith('{') ? 'application/json' : PLAIN, body };
}

function logsAnswer(
  node: ReplayedNode,
  file: string,
  params: URLSearchParams,
  range: string | undefined,
): KubeletAnswer {
  const units = params.getAll('query');
  if (node.logQuery === true && units.length > 0) return queryAnswer(node, units, params);
  const { files = {} } = node;
  const text = files[file];
  if (text !== undefined) return partOf(text, range);
  const below = Object.keys(files).filter((name) => name.startsWith(file) && (file === '' || file.endsWith('/')));
  if (below.length === 0 && file !== '') return { status: 404, type: PLAIN, body: '404 page not found\n' };
  return { status: 200, type: HTML, body: listing(below.map((name) => name.slice(file.length))) };
}

function queryAnswer(node: ReplayedNode, units: readonly string[], params: URLSearchParams): KubeletAnswer {
  const lines = Number(params.get('tailLines') ?? '100000');
  const optional = [...params.keys()].some((name) => name !== 'query');
  if (lines < 0 || lines > 100_000) {
    return {
      status: 406,
      type: PLAIN,
      body: `tailLines: Invalid value: ${lines}: must be between 0 and 100000, inclusive\n`,
    };
  }
  const inJournal = units.filter((unit) => node.journal?.[unit] !== undefined);
  if (inJournal.length > 0) {
    const text = inJournal.map((unit) => node.journal?.[unit] ?? '').join('');
    return {
      status: 200,
      type: QUERY_TEXT,
      body: text
        .split('\n')
        .slice(-lines - 1)
        .join('\n'),
    };
  }
  const [file] = units.flatMap((unit) => {
    const { files = {} } = node;
    return [unit, `${unit}.log`, `${unit}/${unit}.log`].filter((name) => files[name] !== undefined);
  });
  if (file === undefined) {
    return { status: 200, type: QUERY_TEXT, body: units.map((unit) => `\nlog not found for ${unit}\n`).join('') };
  }
  if (optional) {
    const body = `\noptions present and query resolved to log files for [${units.join(' ')}]\ntry without specifying options\n`;
    return { status: 200, type: QUERY_TEXT, body };
  }
  return { status: 200, type: QUERY_TEXT, body: node.files?.[file] ?? '' };
}

/** Go's file server: a whole file, or the last bytes of it. */
function partOf(text: string, range: string | undefined): KubeletAnswer {
  const headers = { 'Accept-Ranges': 'bytes' };
  const asked = /^bytes=-(\d+)$/.exec(range ?? '')?.[1];
  const bytes = Buffer.from(text);
  if (asked === undefined) return { status: 200, type: PLAIN, body: text, headers };
  if (bytes.length === 0) return { status: 416, type: PLAIN, body: 'invalid range: failed to overlap\n', headers };
  const start = Math.max(0, bytes.length - Number(asked));
  const part = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  return {
    status: 206,
    type: PLAIN,
    body: bytes.subarray(start).toString('utf8'),
    headers: { ...headers, 'Content-Range': part },
  };
}

/** Go's list of a folder. */
function listing(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => path.replace(/\/.*$/, '/')))].sort();
  const links = names.map((name) => `<a href="${encodeURI(name)}">${name}</a>\n`).join('');
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links}</pre>\n`;
}
