import type { AfterPull } from '../../facts/after-pull.ts';
import type { Facts } from '../../facts/facts.ts';
import { imageParts } from './image-parts.ts';

/** Words in a path or tag that mark charts, modules, policies and signatures, which are pushed to registries as well. */
const ARTIFACT_WORDS: ReadonlySet<string> = new Set(
  'chart charts helm wasm module modules policy policies sbom sboms sig att cosign attestation attestations artifact artifacts bundle bundles'.split(
    ' ',
  ),
);

/** Above this an image holds more than a chart or a policy. */
const ARTIFACT_BYTES_MAX = 20_000_000;
/** Below this there is no room for a program, whatever the name says. */
const PROGRAM_BYTES_MIN = 50_000;

/** What the program loader of Linux answers to a foreign binary, as runc turns it into an exit code. */
const FOREIGN_BINARY_EXIT = 255;

export function afterPull(facts: Facts): AfterPull | undefined {
  return facts.afterPull.state === 'present' ? facts.afterPull.value : undefined;
}

/** The image has no command, and its name or size says that it may be no image at all; undefined when nothing does. */
export function artifactSign(facts: Facts): string | undefined {
  const after = afterPull(facts);
  if (after?.noCommand !== true) return undefined;
  const { imageSize } = after;
  if (imageSize !== undefined && imageSize > ARTIFACT_BYTES_MAX) return undefined;
  const word = artifactWord(facts);
  if (word !== undefined) return `its name says "${word}"`;
  return imageSize !== undefined && imageSize < PROGRAM_BYTES_MIN ? `it has only ${imageSize} bytes` : undefined;
}

function artifactWord(facts: Facts): string | undefined {
  const parts = imageParts(facts);
  if (parts === undefined) return undefined;
  const words = `${parts.path} ${parts.tag ?? ''}`.toLowerCase().split(/[^a-z0-9]+/);
  return words.find((word) => ARTIFACT_WORDS.has(word));
}

/** The container ends in the second it starts, each time, with the code of a binary that cannot be loaded. */
export function diesUnloaded(facts: Facts): boolean {
  const after = afterPull(facts);
  return after?.exitCode === FOREIGN_BINARY_EXIT && after.ranSeconds === 0 && after.kind !== 'create-error';
}
