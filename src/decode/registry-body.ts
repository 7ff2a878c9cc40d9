import type { Leaf } from '../core/pull-error.ts';
import { excerpt } from '../core/redact.ts';

/** Error bodies of registries and proxies, as clients print them into their own errors. */

export interface ErrorBody {
  readonly html: boolean;
  /** The XML of an object store. */
  readonly store?: boolean;
  /** The title of an HTML page: servers say there what they miss. */
  readonly title?: string;
  /** `errors[0].code` of a registry's JSON, upper case. */
  readonly code?: string;
  /** Where the registry's own words begin, or the end of the body. */
  readonly to: number;
}

const REACH = 2000;

/** Reads `{"errors":[{"code":"DENIED","message":"…"}]}` or `<html>…` at `at`; the walk goes on in the message. */
export function readErrorBody(text: string, at: number): ErrorBody | undefined {
  const body = text.slice(at, at + REACH);
  if (body[0] === '<') return readMarkup(body, at + body.length);
  if (!/^\{\s*"?(?:errors|code|error|details|message)"?/i.test(body)) return undefined;
  const code = /"code"\s*:\s*"([A-Za-z_]{2,60})"/.exec(body);
  const message = /"(?:message|error_description|details?|error)"\s*:\s*"/.exec(body);
  if (code === null && message === null) return undefined;
  const to = at + (message === null ? body.length : message.index + message[0].length);
  return { html: false, to, ...(code?.[1] === undefined ? {} : { code: code[1].toUpperCase() }) };
}

function readMarkup(body: string, to: number): ErrorBody | undefined {
  if (!/^<(?:!doctype|html|head|body|\?xml|title|h1|error)/i.test(body)) return undefined;
  const title = titleOf(body);
  if (STORE_ANSWER.test(body)) return { html: false, store: true, to };
  return { html: !/^<\?xml|^<error/i.test(body), to, ...(title === undefined ? {} : { title }) };
}

/** The title of the page that a text quotes. */
export function titleOf(text: string): string | undefined {
  const title = /<title>([^<]{1,200})/i.exec(text.slice(0, REACH))?.[1]?.trim();
  return title === undefined || title === '' ? undefined : excerpt(title);
}

/** Registries answer JSON; object stores answer XML, and a body of anything else is another server's page. */
export function foreignLeaf(status: number | undefined, rest: string): Leaf | undefined {
  if (status !== undefined && STORE_ANSWER.test(rest.slice(0, REACH))) return { kind: 'http', status, store: true };
  return pageLeaf(status, titleOf(rest));
}

/** Amazon S3 and Azure: `<?xml …?><Error><Code>AccessDenied</Code>…`, also without the first line. */
const STORE_ANSWER = /<error>\s*(?:\\n)?\s*<code>/i;

export function pageLeaf(status: number | undefined, title: string | undefined): Leaf | undefined {
  if (status === undefined) return undefined;
  return { kind: 'http', status, html: true, ...(title === undefined ? {} : { serverMessage: title }) };
}
