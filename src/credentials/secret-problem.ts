import { goJsonType } from './json.ts';

export type PullSecretFormat = 'dockerconfigjson' | 'dockercfg';

export type SecretProblemKind =
  | 'wrong-type'
  | 'wrong-key'
  | 'no-data'
  | 'not-json'
  | 'not-object'
  | 'no-auths'
  | 'bad-auth-base64'
  | 'bad-auth-field'
  | 'bad-field-type'
  | 'data-withheld';

export interface SecretProblem {
  readonly kind: SecretProblemKind;
  /** The exact words of the kubelet (1.33 and later) when this secret fails the pull. */
  readonly kubeletText?: string;
  /** Malformed: every pull of every pod that lists the secret fails. Otherwise the secret is silently ignored. */
  readonly breaksPod: boolean;
  readonly note: string;
  /** The content fits this format: only the type or the key is wrong. */
  readonly wouldBe?: PullSecretFormat;
  /** The key that the content stands under, when it is not the format's own. */
  readonly underKey?: string;
}

/** What validation of the API server does with content that cannot be a docker config. */
export const API_REFUSES = 'the API server refuses to store it';

export function notJson(reason: string): SecretProblem {
  return { kind: 'not-json', breaksPod: true, note: `${reason}; ${API_REFUSES}` };
}

export function badType(value: unknown, path: string, goType: string, subject: string): SecretProblem {
  return malformed(
    'bad-field-type',
    unmarshalText(value, path, goType),
    `${subject} has the wrong JSON type: ${goJsonType(value)}`,
  );
}

/** The words of Go's UnmarshalTypeError, with the full field path of Go 1.24 (kubelet 1.33) and later. */
export function unmarshalText(value: unknown, path: string, goType: string): string {
  const target = path === '' ? 'Go value' : `Go struct field ${path}`;
  return `json: cannot unmarshal ${goJsonType(value)} into ${target} of type ${goType}`;
}

export function malformed(kind: SecretProblemKind, kubeletText: string, note: string): SecretProblem {
  return { kind, kubeletText, breaksPod: true, note };
}

export function withheld(note: string): SecretProblem {
  return { kind: 'data-withheld', breaksPod: false, note: `${note}; nothing is known of it` };
}
