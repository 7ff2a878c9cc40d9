import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../core/usage-error.ts';

/** Path of a file that ships in `dist/`, wherever the bundler put the code that asks. */
export function shippedFile(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'dist', name);
    if (existsSync(path)) return path;
  }
  throw new UsageError(
    `${name} is not part of this installation: install pullwhy again, or run npm run build in a checkout`,
  );
}
