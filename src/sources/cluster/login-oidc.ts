import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { excerpt } from '../../core/redact.ts';
import { type Infer, object, readLenient, string, text, textList } from '../schema/shape.ts';
import { nodeHttp } from './http.ts';
import { saveTokens } from './save-tokens.ts';

/** What the kubeconfig says of an identity provider (client-go plugin/pkg/client/auth/oidc). */
const CONFIG = object({
  'idp-issuer-url': text,
  'client-id': text,
  'client-secret': text,
  'id-token': text,
  'refresh-token': text,
  'idp-certificate-authority': text,
  'idp-certificate-authority-data': text,
});
const DISCOVERY = object({ token_endpoint: string, token_endpoint_auth_methods_supported: textList });
const TOKENS = object({ id_token: text, refresh_token: text, error: text, error_description: text });

type Config = Infer<typeof CONFIG>;

/** Where the user stands, for a provider may replace the refresh token with each use. */
export interface OidcUser {
  readonly name: string;
  readonly file: string | undefined;
  readonly config: unknown;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 2 ** 20;
const MAX_WORDS = 300;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** A token that ends while the request is under way is no good. */
const MARGIN_MS = 10_000;

/**
 * The token of a user who logs in by OpenID Connect: the saved one while it is good, else a fresh one by the refresh
 * token. `refused`: the API server did not take the saved one, whatever its end says.
 */
export async function oidcToken(user: OidcUser, refused: boolean): Promise<string> {
  const config = readLenient(CONFIG, user.config)?.value ?? {};
  const { 'id-token': saved, 'refresh-token': refresh, 'idp-issuer-url': issuer } = config;
  if (saved !== undefined && !refused && !hasEnded(saved)) return saved;
  if (!refresh || !issuer) throw new Error('the id-token has ended, and there is no refresh-token: log in again');
  const tokens = await refreshed(config, issuer, refresh);
  const { id_token: fresh, refresh_token: next } = tokens;
  if (fresh === undefined) {
    const said = excerpt(tokens.error_description ?? tokens.error ?? 'it does not say why', MAX_WORDS);
    throw new Error(`the identity provider gives no id-token: ${said.replaceAll(refresh, '***')}: log in again`);
  }
  // The old refresh token may be worth nothing now: as kubectl does, the next one is saved in its place.
  if (next !== undefined && next !== refresh && user.file !== undefined) {
    await saveTokens(user.file, user.name, { 'id-token': fresh, 'refresh-token': next });
  }
  return fresh;
}

function hasEnded(token: string): boolean {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { exp } = JSON.parse(payload) as { exp?: unknown };
    return typeof exp === 'number' && exp * 1000 < Date.now() + MARGIN_MS;
  } catch {
    // Not for us to judge: the API server will say.
    return false;
  }
}

async function refreshed(config: Config, issuer: string, refresh: string): Promise<Infer<typeof TOKENS>> {
  const ca = await authorityOf(config);
  const base = secureUrl(issuer, 'idp-issuer-url');
  const found = new URL(`${base.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`, base);
  const discovery = readLenient(DISCOVERY, await json({ url: found, ca }))?.value;
  if (discovery === undefined) throw new Error(`${base.host} is no OpenID Connect provider`);
  const { token_endpoint, token_endpoint_auth_methods_supported: methods = [] } = discovery;
  const { 'client-id': id = '', 'client-secret': secret } = config;
  // `client_secret_basic` is the default (OpenID Connect Core 9, RFC 6749 2.3.1).
  const inHeader = secret !== undefined && (methods.length === 0 || methods.includes('client_secret_basic'));
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: id });
  if (secret !== undefined && !inHeader) form.set('client_secret', secret);
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret ?? '')}`).toString('base64');
  const answer = await json({
    url: secureUrl(token_endpoint, 'token_endpoint'),
    ca,
    form: form.toString(),
    headers: inHeader ? { Authorization: `Basic ${basic}` } : {},
  });
  return readLenient(TOKENS, answer)?.value ?? {};
}

/** A refresh token is as good as a password: it does not go over a line that others can listen on. */
function secureUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))) return url;
  throw new Error(`the ${what} of the identity provider is no https URL`);
}

async function authorityOf(config: Config): Promise<Buffer | undefined> {
  const { 'idp-certificate-authority-data': data, 'idp-certificate-authority': file } = config;
  if (data !== undefined) return Buffer.from(data, 'base64');
  return file === undefined ? undefined : readFile(file);
}

interface JsonRequest {
  readonly url: URL;
  readonly ca: Buffer | undefined;
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One question to the provider; an error status has its words in the body too. */
async function json({ url, ca, form, headers = {} }: JsonRequest): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const body = await new Promise<string>((done, fail) => {
    const options = {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        Accept: 'application/json',
        ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(ca === undefined ? {} : { ca }),
      // For the whole answer: one that comes byte by byte is never idle.
      signal,
    };
    const request = (url.protocol === 'http:' ? nodeHttp() : https).request(url, options, (response) => {
      const { statusCode = 0 } = response;
      // Where it leads to is not what the kubeconfig trusts.
      if (statusCode >= 300 && statusCode < 400) {
        request.destroy(new Error(`${url.host} sends us elsewhere (status ${statusCode})`));
        return;
      }
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        said += chunk;
        if (said.length > MAX_BYTES) request.destroy(new Error(`the answer of ${url.host} is too large`));
      });
      response.on('end', () => done(said)).on('error', fail);
    });
    request.on('error', fail).end(form);
  }).catch((error: unknown) => {
    throw signal.aborted ? new Error(`no answer of ${url.host} in ${TIMEOUT_MS / 1000} s`) : error;
  });
  try {
    return JSON.parse(body);
  } catch {
    throw new Error(`the answer of ${url.host} is no JSON`);
  }
}
