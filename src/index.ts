/**
 * pullwhy as a library: evidence in, report out.
 *
 * @example
 * const snapshot = await readBundle(['./dump']);
 * const report = diagnose(snapshot, { now: new Date().toISOString() });
 */
export type { DecodeAnswer } from './core/decode-answer.ts';
export type { Incident, Report } from './core/report.ts';
export type { Snapshot } from './core/snapshot.ts';
export { UsageError } from './core/usage-error.ts';
export { parseReference } from './image/reference.ts';
export { FORMATS, type Format, type RenderOptions } from './render/format.ts';
export { render } from './render/render.ts';
export { readBundle } from './sources/bundle/read-bundle.ts';
export { readText } from './sources/bundle/read-text.ts';
export { decodeText } from './tasks/decode-text.ts';
export { type DiagnoseOptions, diagnose } from './tasks/diagnose/diagnose.ts';
