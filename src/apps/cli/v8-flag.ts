import { setFlagsFromString } from 'node:v8';

/** Sets a flag in the versions of Node that know it: others would say so on standard error. */
export function setV8Flag(flag: string, majors: readonly number[]): void {
  if (majors.includes(Number.parseInt(process.versions.node, 10))) setFlagsFromString(flag);
}
