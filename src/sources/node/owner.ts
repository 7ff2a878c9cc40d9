import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that works on a collection. The start time tells it from a later one with the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** In the kernel's own unit; not known everywhere. */
  readonly started?: string;
}

export function ownerOf(pid: number = process.pid): Owner {
  const started = startTime(pid);
  return { pid, host: hostname(), ...(started === undefined ? {} : { started }) };
}

/** Whether the process still runs; undefined for a process of another machine, as in a shared home folder. */
export function isAlive(owner: Owner): boolean | undefined {
  if (owner.host !== hostname()) return undefined;
  if (!exists(owner.pid)) return false;
  const started = startTime(owner.pid);
  return owner.started === undefined || started === undefined || owner.started === started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted to signal it: it exists.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold blanks and parentheses. A dead child not yet reaped is gone. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
