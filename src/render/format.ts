/** How a report can be printed; one file per format beside this one. */
export const FORMATS = ['text', 'json', 'yaml', 'markdown', 'html', 'sop', 'prompt', 'patch'] as const;

export type Format = (typeof FORMATS)[number];

export interface RenderOptions {
  /** Columns; the text format never writes a line beyond it, but for commands. */
  readonly width: number;
  readonly color: boolean;
  /** False: ASCII stand-ins for ✓ ✗ · →. */
  readonly unicode: boolean;
  readonly showEvidence: boolean;
  /** Also pods that are stuck for other reasons, and what each link was judged by. */
  readonly verbose: boolean;
}
