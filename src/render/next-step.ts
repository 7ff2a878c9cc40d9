import { wrap } from './layout.ts';

/** Commands that causes name; what begins otherwise is a sentence. */
const COMMAND =
  /^(?:kubectl|crictl|ctr|journalctl|skopeo|crane|oras|openssl|curl|aws|gcloud|az|docker|podman|dig|df|pullwhy)\b/;

/** `COMMAND (what to look for)`: the words behind a command are no part of it. */
const EXPLAINED = /^(.*\S) \(([^()]*)\)$/s;

/** A thing to do next: what can be pasted as it stands, and what is said about it. */
export interface NextStep {
  readonly command?: string;
  readonly words?: string;
}

export function nextStep(text: string): NextStep {
  if (!COMMAND.test(text)) return { words: text };
  const [, command, words] = EXPLAINED.exec(text) ?? [];
  return command === undefined || words === undefined ? { command: text } : { command, words };
}

/** Commands are never broken, sentences are. */
export function nextStepLines(text: string, width: number): string[] {
  const { command, words } = nextStep(text);
  if (command === undefined) return wrap(words ?? '', width);
  return [command, ...wrap(words ?? '', width - 2).map((line) => `  ${line}`)];
}
