import type { NodeFile } from '../../core/node/bundle.ts';
import { excerpt } from '../../core/redact.ts';
import { parseJson } from '../sections/parsed.ts';
import type { SectionReader } from '../sections/section-reader.ts';
import { at, list, table, text } from '../sections/values.ts';

/** A Kubernetes event as a line of the timeline. */
export interface KubeEventLine {
  readonly file: NodeFile;
  readonly line: number;
  readonly ms: number;
  readonly raw: string;
}

const MAX_EVENTS = 20_000;

/** Events of `kubectl get events -o json`; tables print ages, which place nothing on a timeline. */
export async function kubeEvents(file: NodeFile, reader: SectionReader): Promise<readonly KubeEventLine[]> {
  const section = await reader.text(file);
  if (section === undefined) return [];
  const parsed = parseJson(section.text);
  if (!('value' in parsed)) return [];
  const items = table(parsed.value)?.items === undefined ? [parsed.value] : list(parsed.value.items);
  let from = 0;
  let line = 1;
  return items.slice(0, MAX_EVENTS).flatMap((item): KubeEventLine[] => {
    const message = text(at(item, 'message')) ?? text(at(item, 'note'));
    const when =
      text(at(item, 'lastTimestamp')) ?? text(at(item, 'eventTime')) ?? text(at(item, 'metadata', 'creationTimestamp'));
    const ms = Date.parse(when ?? '');
    if (message === undefined || Number.isNaN(ms)) return [];
    // Where the event stands: its uid is searched on from the one before.
    const uid = text(at(item, 'metadata', 'uid'));
    const place = uid === undefined ? -1 : section.text.indexOf(uid, from);
    if (place >= 0) {
      for (
        let next = section.text.indexOf('\n', from);
        next >= 0 && next < place;
        next = section.text.indexOf('\n', next + 1)
      )
        line += 1;
      from = place;
    }
    const reason = text(at(item, 'reason')) ?? '';
    const name = text(at(item, 'involvedObject', 'name')) ?? text(at(item, 'regarding', 'name')) ?? '';
    return [{ file, line, ms, raw: excerpt(`${reason} ${name}: ${message}`, 4000) }];
  });
}
