import type { SectionText } from './section-reader.ts';

/** A unit as `systemctl list-units` shows it. */
export interface Service {
  /** `containerd`, without `.service`. */
  readonly name: string;
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`. */
  readonly active: string;
  /** `running`, `dead`, `auto-restart`. */
  readonly sub: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const ROW =
  /^[\s●○×*x]{0,4}([\w@.:\\-]{1,200})\.service\s{1,200}(loaded|not-found|masked|bad-setting|error)\s{1,40}([a-z-]{1,20})\s{1,40}([a-z-]{1,20})/u;

export function readServices({ path, text }: SectionText): readonly Service[] {
  return text
    .split('\n')
    .slice(0, 20_000)
    .flatMap((raw, index): Service[] => {
      const found = ROW.exec(raw.slice(0, 600));
      if (found === null) return [];
      const [, name = '', load = '', active = '', sub = ''] = found;
      return [{ name, load, active, sub, path, line: index + 1, text: raw.trim().slice(0, 300) }];
    });
}

/** Names of programs in a process list, as far as they are runtimes or kubelets. */
export function readProcesses({ text }: SectionText): ReadonlySet<string> {
  const names = new Set<string>();
  for (const raw of text.split('\n').slice(0, 100_000)) {
    for (const name of ['containerd', 'kubelet', 'crio', 'dockerd', 'cri-dockerd']) {
      // A shim or a path that merely holds the word is not the program.
      if (new RegExp(`(?:^|[\\s/])${name}(?:\\s|$)`).test(raw.slice(0, 400))) names.add(name);
    }
  }
  return names;
}
