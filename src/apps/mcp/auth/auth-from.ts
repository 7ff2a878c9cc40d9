import type { Auth, Authenticate } from './caller.ts';

export interface AuthFlags {
  readonly tokenFile?: string;
  readonly oidcIssuer?: string;
  readonly audience?: string;
}

/** What the flags say of who may call; undefined: nobody is asked. */
export async function authFrom({ tokenFile, oidcIssuer, audience }: AuthFlags): Promise<Auth | undefined> {
  const ways: Authenticate[] = [];
  if (tokenFile !== undefined) {
    const { staticToken } = await import('./static-token.ts');
    ways.push(await staticToken(tokenFile));
  }
  if (oidcIssuer !== undefined && audience !== undefined) {
    const { oidc } = await import('./oidc.ts');
    ways.push(oidc({ issuer: oidcIssuer, audience }));
  }
  if (ways.length === 0) return undefined;
  return { authenticate: firstOf(ways), ...(oidcIssuer === undefined ? {} : { issuer: oidcIssuer }) };
}

function firstOf(ways: readonly Authenticate[]): Authenticate {
  return async (authorization) => {
    for (const way of ways) {
      const caller = await way(authorization);
      if (caller !== undefined) return caller;
    }
    return undefined;
  };
}
