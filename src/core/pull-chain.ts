/**
 * The pull chain: the ordered links that every image pull passes.
 * A diagnosis names the link that broke; ranking prefers the earliest broken one.
 */
export const LINKS = [
  'admission',
  'reference',
  'pull-policy',
  'runtime',
  'credentials',
  'name-resolution',
  'connection',
  'tls',
  'registry',
  'authentication',
  'authorization',
  'quota',
  'manifest',
  'blobs',
  'storage',
  'signature',
] as const;

export type Link = (typeof LINKS)[number];

/** What is known of one link in one pull. `unknown` and `skipped` are never shown as `ok`. */
export type LinkStatus = 'ok' | 'broken' | 'suspect' | 'unknown' | 'skipped';

/** The question that a link answers, in the words of a person on call. */
export const LINK_QUESTION: Record<Link, string> = {
  admission: 'did the API server and its webhooks let the pod exist?',
  reference: 'does the image string parse, and to the registry that was meant?',
  'pull-policy': 'does the kubelet have to pull at all, and may it?',
  runtime: 'are kubelet and container runtime up, and not throttling themselves?',
  credentials: 'which credentials does the kubelet offer for this image, in which order?',
  'name-resolution': 'does the node resolve the registry (mirror, token realm, blob host)?',
  connection: 'does TCP (or the proxy) reach it?',
  tls: 'does the node trust it?',
  registry: 'is it up, and is it a registry?',
  authentication: 'did it accept who we are?',
  authorization: 'may that identity pull this repository?',
  quota: 'is it refusing on count?',
  manifest: 'do repository, tag or digest, platform and media type exist?',
  blobs: 'do the layers arrive whole?',
  storage: 'is there room, and does unpacking work?',
  signature: 'does policy accept the image?',
};

/** Position in the chain; lower is earlier. */
export function linkIndex(link: Link): number {
  return LINKS.indexOf(link);
}
