import type { Leaf, PullError, Stage } from '../../core/pull-error.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { decisive } from './witness.ts';

type Missing = Extract<Leaf, { kind: 'not-found' }>['what'];

/** A registry said that something does not exist. */
export interface NotFound {
  readonly witness: Witness;
  /** What is missing, as far as the answer tells; a 404 to HEAD only says `reference`. */
  readonly what: Missing;
}

/** Where a 404 speaks of the image; at the token endpoint it speaks of the path of that endpoint. */
const ABOUT_THE_IMAGE: readonly Stage[] = ['resolve', 'manifest', 'pull'];

/** Codes of the distribution specification that tell more than the status does. */
const CODES: ReadonlyMap<string, Missing> = new Map([
  ['NAME_UNKNOWN', 'repository'],
  ['MANIFEST_UNKNOWN', 'manifest'],
  ['BLOB_UNKNOWN', 'blob'],
]);

/** The decisive message, when it says that the image or a part of it does not exist. */
export function notFound(facts: Facts): NotFound | undefined {
  const witness = decisive(facts);
  const what = witness === undefined ? undefined : missingIn(witness.error);
  return witness === undefined || what === undefined ? undefined : { witness, what };
}

function missingIn(error: PullError): Missing | undefined {
  const { leaf, registryCode } = error;
  const coded = registryCode === undefined ? undefined : CODES.get(registryCode);
  if (leaf.kind === 'not-found') return leaf.what === 'reference' ? (coded ?? leaf.what) : leaf.what;
  // A 404 as a web page comes from a server that is no registry, or from another path than its API.
  if (leaf.kind !== 'http' || leaf.status !== 404 || leaf.html === true || !ABOUT_THE_IMAGE.includes(error.stage))
    return undefined;
  return coded ?? 'reference';
}
