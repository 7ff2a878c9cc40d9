import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation small. Reading a cluster makes much garbage and little that stays:
 * without this a look at 500 stuck pods peaks a third higher, and is no faster. To be called before any code is loaded:
 * V8 takes no code that was kept under other flags.
 */
export function keepHeapLean(): void {
  // Other versions may not know the flag, and would say so on standard error.
  if (/^2[02]\./.test(process.versions.node)) setFlagsFromString('--semi-space-growth-factor=1');
}
