/** Who calls, as far as it was proven. */
export interface Caller {
  /** Sessions belong to it: `token`, or issuer and subject of an OpenID Connect token. */
  readonly id: string;
}

/** Decides about the `Authorization` header of a request. Undefined: not let in. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | undefined>;

/** How a server knows its callers. */
export interface Auth {
  readonly authenticate: Authenticate;
  /** Where clients get their tokens, for those that ask. */
  readonly issuer?: string;
}

/** The token of `Bearer …`; undefined for any other scheme. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/=-]{1,16384})$/i.exec(authorization ?? '')?.[1];
}
