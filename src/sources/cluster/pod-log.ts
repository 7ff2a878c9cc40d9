import type { LogEntry } from '../../core/snapshot.ts';
import type { Look } from './look.ts';

/** Lines of the end of a log that are read: what ended a build or a registry is among the last. */
const TAIL_LINES = 200;
const MAX_LINE = 4000;
/** `timestamps=true` puts the time before each line. */
const TIMED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z) (.*)$/;

/** The end of one container's log, one entry for each line. A log that is gone is a gap, for its pod was seen. */
export async function tailOfLog(look: Look, namespace: string, pod: string, container: string): Promise<void> {
  const answer = await look.client.podLog(namespace, pod, container, TAIL_LINES);
  if (!answer.ok) {
    look.seen.problem({ verb: 'get', kind: 'Pod', namespace, name: pod, subresource: 'log' }, answer.problem);
    return;
  }
  const where = `log of Pod ${namespace}/${pod}, container ${container}`;
  const lines = answer.value.split('\n').filter((line) => line.trim() !== '');
  look.seen.addLog(
    lines.map((line, i): LogEntry => {
      const [, at, said] = TIMED.exec(line.slice(0, MAX_LINE)) ?? [];
      return {
        id: `log/pod/${namespace}/${pod}/${container}:${i + 1}`,
        log: 'pod',
        locator: where,
        raw: said ?? line.slice(0, MAX_LINE),
        ...(at === undefined ? {} : { at }),
      };
    }),
  );
}
