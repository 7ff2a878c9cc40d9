import type { Report } from '../../src/core/report.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import { renderDecoded } from '../../src/render/decoded.ts';
import { FORMATS, type Format } from '../../src/render/format.ts';
import { render } from '../../src/render/render.ts';
import { readText } from '../../src/sources/bundle/read-text.ts';
import { decodeText } from '../../src/tasks/decode-text.ts';
import { diagnose } from '../../src/tasks/diagnose/diagnose.ts';

export const NOW = '2026-11-20T23:59:59Z';

const OPTIONS = { width: 80, color: false, unicode: true, showEvidence: true, verbose: true } as const;

/** One text that the user would see, and where. */
export interface Output {
  readonly format: Format | `decode ${string}`;
  readonly text: string;
}

export async function outputsOf(report: Report): Promise<Output[]> {
  return Promise.all(FORMATS.map(async (format) => ({ format, text: await render(format, report, OPTIONS) })));
}

export function reportOf(snapshot: Snapshot): Report {
  return diagnose(snapshot, { now: NOW });
}

/** Reads each text as a file of its own, as far as the library can; the reports in all formats. */
export async function outputsOfText(text: string, name = 'evidence'): Promise<Output[]> {
  return outputsOf(reportOf(readText(text, name, { now: NOW })));
}

export async function decodedOutputs(message: string): Promise<Output[]> {
  const answer = decodeText(message);
  return Promise.all(
    ['text', 'json', 'yaml'].map(async (format) => ({
      format: `decode ${format}` as const,
      text: await renderDecoded(answer, format),
    })),
  );
}
