import type { Remedy } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { withoutPort, withPort } from './failing-host.ts';
import { decisiveLeaf, type LeafWitness } from './witness.ts';

type TlsProblem = Extract<Leaf, { kind: 'tls' }>['problem'];

/** The decisive message when it is a TLS failure of one of these kinds. */
export function tlsFailure(facts: Facts, problems: readonly TlsProblem[]): LeafWitness<'tls'> | undefined {
  const witness = decisiveLeaf(facts, 'tls');
  return witness !== undefined && problems.includes(witness.error.leaf.problem) ? witness : undefined;
}

/** Prints the certificate that the host shows. Run on the node: a proxy on its way may show another one. */
export function seeCertificate(host: string | Placeholder): Remedy {
  return {
    title: 'See the certificate that the node is shown: run this on the node',
    safety: 'green',
    owner: 'operator',
    commands: [showCertificate(host)],
  };
}

/** Subject, issuer, names and dates of the certificate behind `host`. */
export function showCertificate(host: string | Placeholder): string {
  return sh`openssl s_client -connect ${withPort(host)} -servername ${withoutPort(host)} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName`;
}
