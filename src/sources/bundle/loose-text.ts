import { EMPTY_READING, type FileContext, type Reading, type ReadText } from './reading.ts';

/** Words that only a failed pull leaves behind; what else lies around in a folder is not evidence. */
const PULL_FAILURE =
  /failed to pull|errimagepull|imagepullbackoff|back-off pulling|error pulling|pull access denied|manifest unknown|error response from daemon|failed to resolve reference|failed to resolve image|initializing source docker|toomanyrequests|invalidimagename|pulling image/i;

/** Whether a text is about a pull that failed. */
export function speaksOfFailedPull(text: string): boolean {
  return PULL_FAILURE.test(text);
}

/** Lines kept around each line that speaks of a failed pull. */
const AROUND = 2;

/**
 * Text without any known form. What the user names is taken as it is, as long as it is a message and not a book;
 * of longer texts, and of those that only lie in a folder, the places that speak of a failed pull.
 */
export function readLooseText(text: string, line: number, file: FileContext): Reading {
  const trimmed = text.trim();
  if (trimmed === '') return EMPTY_READING;
  if (file.named && trimmed.length <= file.limits.textChars) {
    return { ...EMPTY_READING, texts: [{ locator: `${file.name}:${line}`, raw: trimmed }] };
  }
  return { ...EMPTY_READING, texts: placesOf(text, line, file) };
}

function placesOf(text: string, firstLine: number, { name, limits }: FileContext): ReadText[] {
  const lines = text.split('\n');
  const texts: ReadText[] = [];
  for (let at = 0; at < lines.length && texts.length < limits.texts; at += 1) {
    if (!PULL_FAILURE.test(lines[at]?.slice(0, limits.textChars) ?? '')) continue;
    const start = Math.max(0, at - AROUND);
    let end = at + 1;
    for (let quiet = 0; end < lines.length && quiet < AROUND; end += 1) {
      quiet = PULL_FAILURE.test(lines[end]?.slice(0, limits.textChars) ?? '') ? 0 : quiet + 1;
    }
    const raw = lines.slice(start, end).join('\n').trim().slice(0, limits.textChars);
    texts.push({ locator: `${name}:${firstLine + at}`, raw });
    at = end;
  }
  return texts;
}
