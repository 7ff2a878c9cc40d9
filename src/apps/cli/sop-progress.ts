import { excerpt } from '../../core/redact.ts';
import type { StepResult } from '../../core/sop/run.ts';

/** One line that overwrites itself, on a terminal only. */
export function showStep({ title }: StepResult, done: number, all: number): void {
  if (process.stderr.isTTY !== true) return;
  const line = excerpt(`step ${done} of ${all}: ${title}`, Math.max(1, (process.stderr.columns ?? 80) - 1));
  process.stderr.write(`\r\u001b[K${done === all ? '' : line}`);
}
