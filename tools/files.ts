import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes generated files, or with `check` only tells which are out of date. */
export class Output {
  readonly stale: string[] = [];
  readonly #check: boolean;

  constructor(check: boolean) {
    this.#check = check;
  }

  write(path: string, content: string): void {
    if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
    this.stale.push(path);
    if (this.#check) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** A generated folder holds nothing else: pages of removed causes go. */
  only(folder: string, names: readonly string[]): void {
    const extra = existsSync(folder) ? readdirSync(folder).filter((name) => !names.includes(name)) : [];
    for (const name of extra) {
      this.stale.push(join(folder, name));
      if (!this.#check) rmSync(join(folder, name));
    }
  }

  /** Says what was done; in check mode stale files are a failure. */
  finish(): void {
    if (this.#check && this.stale.length > 0) {
      console.error(`out of date, run npm run gen:\n${this.stale.map((path) => `  ${path}`).join('\n')}`);
      process.exitCode = 1;
    }
  }
}
