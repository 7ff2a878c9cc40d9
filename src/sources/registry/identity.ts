/** Somebody to ask as. Without a user name: anonymous. */
export interface Identity {
  /** For people: `anonymous`, `Secret shop-prod/regcred (harbor.acme.example)`. */
  readonly label: string;
  readonly login?: { readonly username: string; readonly password: string };
}

export const ANONYMOUS: Identity = { label: 'anonymous' };

/** The value of a Basic `Authorization` header. */
export function basicOf({ username, password }: NonNullable<Identity['login']>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
