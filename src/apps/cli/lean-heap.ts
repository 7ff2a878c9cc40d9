import { setV8Flag } from './v8-flag.ts';

/**
 * Keeps V8's young generation small. Reading a cluster makes much garbage and little that stays:
 * without this a look at 500 stuck pods peaks a third higher, and is no faster. To be called before any code is loaded:
 * V8 takes no code that was kept under other flags.
 */
export function keepHeapLean(): void {
  setV8Flag('--semi-space-growth-factor=1', [20, 22]);
}
