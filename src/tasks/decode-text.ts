import { CAUSES } from '../causes/index.gen.ts';
import type { Verdict } from '../core/cause.ts';
import type { DecodeAnswer, DecodedImage } from '../core/decode-answer.ts';
import { printable } from '../core/printable.ts';
import type { PullError } from '../core/pull-error.ts';
import { type Judged, rank } from '../core/rank.ts';
import { decode } from '../decode/decode.ts';
import { factsForText } from '../facts/build-facts.ts';
import type { Facts } from '../facts/facts.ts';

/** Text in, stage and candidate causes out; pure, never throws. */
export function decodeText(text: string): DecodeAnswer {
  const decoded = decode(text);
  const facts = factsForText(decoded.error);
  const { candidates } = rank(facts, CAUSES);
  const { error } = decoded;
  const best = candidates[0];
  const verdict = best === undefined ? 'possible' : told(best.judgement.verdict, error);
  return {
    cause: best?.cause.id ?? 'unknown',
    verdict,
    candidates: candidates.filter((c) => c === best || c.cause.link !== 'none').map((c) => candidate(c, error)),
    statement:
      best === undefined ? 'The text does not say why.' : printable(best.cause.statement(best.judgement.params, facts)),
    stage: error.stage,
    link: best?.cause.link ?? 'none',
    runtime: error.runtime ?? null,
    image: printable(imageOf(facts)),
    host: printable(error.host ?? null),
    http: printable(httpOf(error)),
    misleading: printable(best?.judgement.overrules?.[0]?.note ?? null),
    toDecide: printable(best?.judgement.toDecide ?? null, 'toDecide'),
  };
}

/** Words that nothing ties to a pull confirm nothing about one. */
function told(verdict: Verdict, { loose }: PullError): Verdict {
  return verdict === 'confirmed' && loose === true ? 'likely' : verdict;
}

function candidate({ cause, judgement }: Judged<Facts>, error: PullError) {
  return {
    cause: cause.id,
    verdict: told(judgement.verdict, error),
    why: judgement.note === undefined ? cause.title : printable(judgement.note),
  };
}

function imageOf(facts: Facts): DecodedImage | null {
  const raw = facts.subject.image;
  if (raw === undefined) return null;
  if (facts.reference.state !== 'present' || !facts.reference.value.ok) return { raw };
  const { domain, path, tag, digest } = facts.reference.value.reference;
  return { raw, domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function httpOf({ request, leaf }: PullError): DecodeAnswer['http'] {
  const status = leaf.kind === 'http' ? leaf.status : request?.status;
  if (request === undefined && status === undefined) return null;
  return { method: request?.method ?? null, url: request?.url ?? null, status: status ?? null };
}
