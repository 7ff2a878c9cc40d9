/** Error bodies of registries and proxies, as clients print them into their own errors. */

export interface ErrorBody {
  readonly html: boolean;
  /** `errors[0].code` of a registry's JSON, upper case. */
  readonly code?: string;
  /** Where the registry's own words begin, or the end of the body. */
  readonly to: number;
}

const REACH = 2000;

/** Reads `{"errors":[{"code":"DENIED","message":"…"}]}` or `<html>…` at `at`; the walk goes on in the message. */
export function readErrorBody(text: string, at: number): ErrorBody | undefined {
  const body = text.slice(at, at + REACH);
  if (body[0] === '<')
    return /^<(?:!doctype|html|head|body|\?xml|title|h1|error)/i.test(body)
      ? { html: !/^<\?xml|^<error/i.test(body), to: at + body.length }
      : undefined;
  if (!/^\{\s*"?(?:errors|code|error|details|message)"?/i.test(body)) return undefined;
  const code = /"code"\s*:\s*"([A-Za-z_]{2,60})"/.exec(body);
  const message = /"(?:message|error_description|details?|error)"\s*:\s*"/.exec(body);
  if (code === null && message === null) return undefined;
  const to = at + (message === null ? body.length : message.index + message[0].length);
  return { html: false, to, ...(code?.[1] === undefined ? {} : { code: code[1].toUpperCase() }) };
}
