/** Reading the URLs that Go's HTTP client prints into its errors. */

export interface RequestUrl {
  /** Without user, query and fragment: queries carry signatures and scopes. */
  readonly url: string;
  /** `host[:port]`; absent when the text shows none (redacted pastes). */
  readonly host?: string;
  readonly path: string;
  /** containerd's `?ns=`: the registry that was meant when a mirror is asked. */
  readonly mirrorOf?: string;
}

const SCHEME = /^https?:\/\//i;

/** Takes a printed URL apart; undefined when it is not one. */
export function readUrl(printed: string): RequestUrl | undefined {
  const scheme = SCHEME.exec(printed)?.[0] ?? '';
  const start = scheme.length;
  const cut = endOfPath(printed);
  const bare = printed.slice(start, cut);
  const slash = bare.indexOf('/');
  const authority = slash < 0 ? bare : bare.slice(0, slash);
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const path = slash < 0 ? '' : bare.slice(slash);
  if (scheme === '' && path === '') return undefined;
  const mirrorOf = namespaceOf(printed.slice(cut));
  return {
    url: `${scheme}${host}${path}`,
    path,
    ...(scheme !== '' && isHost(host) ? { host } : {}),
    ...(mirrorOf === undefined ? {} : { mirrorOf }),
  };
}

/** `host[:port]`, `[v6]:port`; placeholders such as `<REGISTRY>` or `***` are none. */
export function isHost(text: string): boolean {
  return /^(?:\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9_.-]*)(?::\d{1,5})?$/i.test(text) && text.length <= 260;
}

/** The registry host of an image reference: `docker.io` when it shows none, undefined when a placeholder hides it. */
export function registryOf(image: string): string | undefined {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = first.includes('.') || first.includes(':') || first === 'localhost';
  if (!isDomain) return /[<*{$]/.test(first) ? undefined : 'docker.io';
  return isHost(first) ? first.toLowerCase() : undefined;
}

function namespaceOf(query: string): string | undefined {
  const value = /[?&]ns=([^&#\s"]{1,260})/.exec(query)?.[1];
  if (value === undefined) return undefined;
  const name = value.replace(/%3A/gi, ':').replace(/%2F/gi, '/');
  return isHost(name) ? name.toLowerCase() : '';
}

function endOfPath(url: string): number {
  const query = url.indexOf('?');
  const fragment = url.indexOf('#');
  return Math.min(query < 0 ? url.length : query, fragment < 0 ? url.length : fragment);
}
