const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a request must not be served; undefined when it may be. A page in a browser can make it send requests to
 * loopback, under any name that resolves to it (DNS rebinding): the names in `Host` and `Origin` give it away.
 */
export function refusalOf(
  { host, origin }: { readonly host: string | undefined; readonly origin: string | undefined },
  local: boolean,
): string | undefined {
  const hostname = hostnameOf(`http://${host ?? ''}`);
  if (hostname === undefined) return 'the Host header is missing or no host';
  if (local && !isLocalName(hostname)) return `Host ${hostname} is not this machine`;
  if (origin === undefined) return undefined;
  const from = hostnameOf(origin);
  // Behind a proper name only pages of the same host may call; others are not even told apart.
  const allowed = from !== undefined && (local ? isLocalName(from) : from === hostname);
  return allowed ? undefined : 'requests from this Origin are not served';
}

function isLocalName(hostname: string): boolean {
  return LOCAL_NAMES.has(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function hostnameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname === '' ? undefined : hostname;
}
