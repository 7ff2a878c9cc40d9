import { levelOf } from './log-line.ts';
import type { Message } from './message.ts';

const MAX_OBJECTS = 2000;
const TEXT_KEYS = ['message', 'msg', 'note', 'MESSAGE'] as const;
/** `stderr`: of the command that an Ansible task ran. */
const ERROR_KEYS = ['error', 'err', 'stderr', 'status.message'] as const;

/** Messages of a JSON text: log lines, events, pod statuses, lists of them. Undefined when it does not parse. */
export function readJson(text: string, line: number): readonly Message[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object') return undefined;
  if (isErrorBody(value)) return undefined;
  return collect(value, line);
}

/** A registry's error body is the error itself, not a carrier. */
function isErrorBody(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'errors' in value && Array.isArray(value.errors);
}

function collect(root: unknown, line: number): readonly Message[] {
  const messages: Message[] = [];
  const open: unknown[] = [root];
  for (let count = 0; open.length > 0 && count < MAX_OBJECTS; count++) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const message = Array.isArray(value) ? undefined : messageOf(value as Record<string, unknown>);
    if (message !== undefined) messages.push({ ...message, line });
    for (const inner of Object.values(value).reverse())
      if (typeof inner === 'object' && inner !== null) open.push(inner);
  }
  return messages;
}

function messageOf(object: Record<string, unknown>): Omit<Message, 'line'> | undefined {
  const text = firstString(object, TEXT_KEYS);
  const error = firstString(object, ERROR_KEYS);
  const reason = typeof object.reason === 'string' ? object.reason : undefined;
  if (text === undefined && error === undefined && reason === undefined) return undefined;
  const level = levelOf(firstString(object, ['level', 'severity']));
  const image = firstString(object, ['image']);
  const host = firstString(object, ['host']);
  return {
    text: [text, error].filter((part) => part !== undefined && part !== '').join(': '),
    ...(reason === undefined ? {} : { reason }),
    ...(level === undefined ? {} : { level }),
    ...(image === undefined ? {} : { image }),
    ...(host === undefined ? {} : { host }),
  };
}

function firstString(object: Record<string, unknown>, keys: readonly string[]): string | undefined {
  for (const key of keys) if (typeof object[key] === 'string') return object[key];
  return undefined;
}
