import type { ProbeOutcomeKind, ProbeProblem } from '../../../src/core/probe.ts';
import type { Login } from './containerd.ts';
import { type Hosts, LOGIN, OTHER_LOGIN, WRONG_LOGIN } from './registries.ts';
import { blobs, mirrors, ways } from './way-scenarios.ts';

/** A fault that was set up, and what must be found of it. */
export interface Scenario {
  readonly truth: string;
  readonly image: string;
  readonly login?: Login;
  /** The authority of the registries is not given to anybody. */
  readonly untrusting?: true;
  /** How the node is told to reach the registry; missing: directly. */
  readonly hostsToml?: string;
  /** Seconds after which the runtime is given up. */
  readonly seconds?: number;
  readonly probe: { readonly kind: ProbeOutcomeKind; readonly problem?: ProbeProblem };
  /** Causes that the runtime's text alone may name first; none: the pull works. */
  readonly text: readonly string[];
  /** The cause that both together must confirm. */
  readonly both?: string;
  /** Where the truth cannot be told from another: `likely`. */
  readonly verdict?: 'likely';
}

const NO_DIGEST = `sha256:${'0'.repeat(64)}`;
const NOT_FOUND = ['tag-not-found', 'repository-not-found', 'digest-not-found'];
const REFUSED = ['no-credentials', 'bad-credentials', 'access-denied-or-missing'];

/** Every fault of the run. */
export function scenarios(hosts: Hosts, authorities: string): readonly Scenario[] {
  return [
    ...slow(hosts),
    ...content(hosts),
    ...logins(hosts),
    ...ways(hosts),
    ...blobs(hosts),
    ...mirrors(hosts, authorities),
  ];
}

/** These wait for a time limit, so they are begun first. */
function slow({ silent, hanging }: Hosts): readonly Scenario[] {
  return [
    {
      truth: 'no answer to the TLS handshake',
      image: `${silent}/shop/api:1.0`,
      probe: { kind: 'tls-failed', problem: 'timeout' },
      text: ['connect-timeout', 'tls-handshake-failure'],
      seconds: 25,
    },
    {
      truth: 'no answer to the request',
      image: `${hanging}/shop/api:1.0`,
      probe: { kind: 'unreachable', problem: 'timeout' },
      text: ['pull-timeout', 'connect-timeout', 'registry-unavailable'],
      seconds: 12,
    },
  ];
}

function content({ open, schema1 }: Hosts): readonly Scenario[] {
  return [
    { truth: 'an image', image: `${open}/shop/api:1.0`, probe: { kind: 'pullable' }, text: [] },
    { truth: 'an index', image: `${open}/shop/multi:1.0`, probe: { kind: 'pullable' }, text: [] },
    {
      truth: 'no such tag',
      image: `${open}/shop/api:1.1`,
      probe: { kind: 'tag-missing' },
      text: NOT_FOUND,
      both: 'tag-not-found',
    },
    {
      truth: 'no such repository',
      image: `${open}/shop/apii:1.0`,
      probe: { kind: 'repository-missing' },
      text: NOT_FOUND,
      both: 'repository-not-found',
    },
    {
      truth: 'no such digest',
      image: `${open}/shop/api@${NO_DIGEST}`,
      probe: { kind: 'digest-missing' },
      text: NOT_FOUND,
      both: 'digest-not-found',
    },
    {
      truth: 'an index without this platform',
      image: `${open}/shop/mainframe:1.0`,
      probe: { kind: 'platform-missing', problem: 'no-match' },
      text: ['platform-mismatch'],
      both: 'platform-mismatch',
    },
    {
      truth: 'a Helm chart',
      image: `${open}/charts/shop:1.0`,
      probe: { kind: 'not-an-image', problem: 'unsupported' },
      text: ['unsupported-media-type'],
      both: 'unsupported-media-type',
    },
    {
      truth: 'a manifest of schema 1',
      image: `${schema1}/shop/old:1.0`,
      probe: { kind: 'not-an-image', problem: 'unsupported' },
      text: ['unsupported-media-type'],
      both: 'unsupported-media-type',
    },
  ];
}

function logins({ basic, bearer }: Hosts): readonly Scenario[] {
  const [atBasic, atBearer] = [`${basic}/shop/private:1.0`, `${bearer}/shop/private:1.0`];
  const refused = { kind: 'credentials-refused', problem: 'unauthorized' } as const;
  return [
    {
      truth: 'Basic: no login',
      image: atBasic,
      probe: { kind: 'login-wanted' },
      text: REFUSED,
      both: 'no-credentials',
    },
    {
      truth: 'Basic: a wrong password',
      image: atBasic,
      login: WRONG_LOGIN,
      probe: refused,
      text: REFUSED,
      both: 'bad-credentials',
    },
    { truth: 'Basic: the right login', image: atBasic, login: LOGIN, probe: { kind: 'pullable' }, text: [] },
    {
      truth: 'Bearer: no login',
      image: atBearer,
      probe: { kind: 'login-wanted' },
      text: REFUSED,
      both: 'no-credentials',
    },
    {
      truth: 'Bearer: a wrong password',
      image: atBearer,
      login: WRONG_LOGIN,
      probe: refused,
      text: REFUSED,
      both: 'bad-credentials',
    },
    {
      truth: 'Bearer: a login without the right',
      image: atBearer,
      login: OTHER_LOGIN,
      probe: { kind: 'denied' },
      text: ['access-denied-or-missing', 'forbidden'],
      both: 'forbidden',
      // The registry says the same of a repository that is not there.
      verdict: 'likely',
    },
    { truth: 'Bearer: the right login', image: atBearer, login: LOGIN, probe: { kind: 'pullable' }, text: [] },
  ];
}
