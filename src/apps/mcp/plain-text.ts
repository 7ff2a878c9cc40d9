import type { RenderOptions } from '../../render/format.ts';

/** How texts for models are written: no colour, wide lines. */
export const PLAIN_TEXT: RenderOptions = {
  width: 120,
  color: false,
  unicode: true,
  showEvidence: true,
  verbose: false,
};
