import { readFileSync } from 'node:fs';
import { shippedFile } from './package-files.ts';

export interface Scenario {
  readonly name: string;
  readonly story: string;
}

/** The recorded failures that come with pullwhy, in the order of the tour. */
export function readScenarios(): readonly Scenario[] {
  return JSON.parse(readFileSync(shippedFile('demo/index.json'), 'utf8')) as Scenario[];
}
