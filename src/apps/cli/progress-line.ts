/** One line of standard error that overwrites itself; `undefined` clears it. Silent where standard error is no terminal. */
export function progressLine(text: string | undefined): void {
  if (process.stderr.isTTY !== true) return;
  process.stderr.write(`\r\u001b[K${(text ?? '').slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

/** Runs work that tells how far it got in files, and clears the line after it. */
export async function withFileProgress<T>(
  what: string,
  work: (onProgress: (files: number) => void) => Promise<T>,
): Promise<T> {
  let shown = 0;
  try {
    return await work((files) => {
      const now = Date.now();
      if (now - shown < 100) return;
      shown = now;
      progressLine(`${what}: ${files} files`);
    });
  } finally {
    if (shown > 0) progressLine(undefined);
  }
}
