/** More names than a folder of logs has. */
const MAX_NAMES = 2_000;

/** Names in the list of a folder that Go's file server prints; folders end with `/`. Undefined for any other page. */
export function namesInListing(html: string): readonly string[] | undefined {
  const list = /<pre>\n?([\s\S]*?)<\/pre>/.exec(html)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/<a href="([^"\n]{1,500})">/g)].slice(0, MAX_NAMES).flatMap(([, href = '']) => {
    const name = decoded(href);
    return name === undefined || name.includes('..') || name.startsWith('/') ? [] : [name];
  });
}

function decoded(href: string): string | undefined {
  try {
    return decodeURIComponent(href);
  } catch {
    return undefined;
  }
}

/** Logs of the kubelet, the runtimes and the system, by the names that distributions give them below /var/log. */
const LOG_FILE =
  /^(?:kubelet|k3s(?:-agent)?|rke2-(?:agent|server)|containerd|crio|cri-o|docker|dockerd|cri-dockerd|messages|syslog|daemon|kern)(?:\.log)?$/;
const LOG_FOLDER = /^(?:kubelet|k3s|rke2|containerd|crio|cri-o|docker)\/$/;

export function isWantedLog(name: string): boolean {
  return LOG_FILE.test(name);
}

export function isWantedFolder(name: string): boolean {
  return LOG_FOLDER.test(name);
}
