import { readFile as read } from 'node:fs';
import { promisify } from 'node:util';

/** `readFile` of `node:fs/promises` without that module, which brings Node's watchers and line reader: a start feels it. */
export const readFile = promisify(read);
