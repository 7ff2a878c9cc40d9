import { absent, present } from '../../core/fact.ts';
import { decode } from '../../decode/decode.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import type { CredentialOffer, OfferedCredential } from '../../facts/keyring.ts';
import type { RuntimeLog } from '../../facts/runtime-log.ts';
import type { Siblings } from '../../facts/siblings.ts';
import { parseReference } from '../../image/reference.ts';
import { PLACEHOLDER_FACTS } from './placeholder-facts.ts';

/** For tests: the facts of a made-up pod that waits with this message; everything else unknown unless given. */
export function podFacts(message: string, image: string, more: Partial<Facts> = {}): Facts {
  const { error } = decode(message);
  const witness = { evidence: 'event/1', error, from: 'event' as const };
  return {
    ...PLACEHOLDER_FACTS,
    subject: POD(image),
    pullError: present({ decisive: witness, all: [witness], reasonLost: false }, ['event/1']),
    reference: present(parseReference(image), ['pod/1']),
    ...more,
  };
}

/** For tests: facts of a loose text, as `pullwhy decode` has them. */
export function textFacts(message: string): Facts {
  const { error } = decode(message);
  const witness = { evidence: 'text/1', error, from: 'text' as const };
  return {
    ...PLACEHOLDER_FACTS,
    subject: { kind: 'text', owners: [], ...(error.image === undefined ? {} : { image: error.image }) },
    pullError: present({ decisive: witness, all: [witness], reasonLost: false }, ['text/1']),
    ...(error.image === undefined ? {} : { reference: present(parseReference(error.image), ['text/1']) }),
  };
}

/** The pod lists no pull secret. */
export const LISTS_NONE: Partial<Facts> = {
  listedSecrets: present([], ['pod/1']),
  offer: present({ credentials: [], mismatches: [] }, ['pod/1']),
  unattachedSecrets: absent(['secrets/list']),
};

/** The pod lists one secret that exists; what it offers is given. */
export function lists(name: string, offer: Partial<CredentialOffer>): Partial<Facts> {
  return {
    listedSecrets: present([name], ['pod/1']),
    offer: present({ credentials: [], mismatches: [], ...offer }, ['pod/1', `secret/${name}`]),
  };
}

/** A log of the runtime that says nothing on this pull. */
export const EMPTY_LOG: RuntimeLog = {
  mirrorProblems: [],
  hostsTried: [],
  noProgress: [],
  runtimeRestarts: [],
  configProblems: [],
  openOthers: [],
  htmlAnswers: [],
};

/** No other pull to compare with. */
export const NO_SIBLINGS: Siblings = {
  sameImageWorks: [],
  sameImageFails: [],
  sameHostWorks: [],
  sameHostFails: [],
  sameNodeWorks: [],
  sameNodeFails: [],
  oneNodeOnly: false,
};

/** A credential on offer. */
export function credential(secret: string, more: Partial<OfferedCredential> = {}): OfferedCredential {
  const host = 'harbor.acme.example';
  return { secret, host, viaDockerHubDefault: false, emptyUser: false, userKind: 'plain', ...more };
}

function POD(image: string): Subject {
  return {
    kind: 'container',
    namespace: 'shop-prod',
    pod: 'api-5d7b7fc7d7-abcde',
    container: 'api',
    image,
    node: 'node-a',
    serviceAccount: 'default',
    owners: [
      { kind: 'ReplicaSet', name: 'api-5d7b7fc7d7' },
      { kind: 'Deployment', name: 'api' },
    ],
  };
}
