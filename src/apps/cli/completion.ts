import type { Command } from 'commander';

/** What may follow the words of a command. */
interface Entry {
  /** `diagnose`, `node collect`. */
  readonly path: string;
  /** Commands below it. */
  readonly commands: readonly string[];
  /** Words that it takes, options included. */
  readonly words: readonly string[];
}

/** The completion script of a shell, read off the command tree; undefined for a shell that has none. */
export function completionScript(shell: string, program: Command, causes: readonly string[]): string | undefined {
  const entries = program.commands.flatMap((command) => entriesOf(command, causes));
  const scripts: Readonly<Record<string, (commands: readonly string[], entries: readonly Entry[]) => string>> = {
    bash,
    zsh: (commands, all) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands, all)}`,
    fish,
  };
  return Object.hasOwn(scripts, shell) ? scripts[shell]?.(visible(program), entries) : undefined;
}

function entriesOf(command: Command, causes: readonly string[]): Entry[] {
  const name = command.name();
  if (name.startsWith('_')) return [];
  const below = command.commands.map((each) => ({
    path: `${name} ${each.name()}`,
    commands: [],
    words: optionsOf(each),
  }));
  const words = [...(name === 'explain' ? causes : []), ...optionsOf(command)];
  return [{ path: name, commands: visible(command), words }, ...below];
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap((option) => option.long ?? []);
}

function bash(commands: readonly string[], entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands: below, words }) => {
    // Below a command with commands of its own, the second word decides.
    const pattern = below.length > 0 ? `"${path} "` : `"${path} "*`;
    return `    ${pattern}) words="${[...below, ...words].join(' ')}" ;;`;
  });
  return `# pullwhy completion for bash
_pullwhy() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=""
  case "\${COMP_WORDS[*]:1:$((COMP_CWORD > 3 ? 2 : COMP_CWORD - 1))} " in
    " ") words="${commands.join(' ')}" ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _pullwhy pullwhy kubectl-pullwhy
`;
}

function fish(commands: readonly string[], entries: readonly Entry[]): string {
  const seen = (path: string) =>
    path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
  const lines = entries.flatMap(({ path, commands: below, words }) => {
    const plain = [...below, ...words.filter((word) => !word.startsWith('--'))];
    const flags = words.filter((word) => word.startsWith('--'));
    return [
      ...(plain.length === 0 ? [] : [`complete -c pullwhy -n "${seen(path)}" -a "${plain.join(' ')}"`]),
      ...flags.map((flag) => `complete -c pullwhy -n "${seen(path)}" -l ${flag.slice(2)}`),
    ];
  });
  const first = `complete -c pullwhy -n __fish_use_subcommand -a "${commands.join(' ')}"`;
  return ['# pullwhy completion for fish', first, ...lines, ''].join('\n');
}

/** Lets the shell offer file names. */
const DEFAULT_DIRECTIVE = ':0';
/** Nothing beside what is listed. */
const NO_FILES_DIRECTIVE = ':4';

/** Candidates for the last word, one a line, and a directive: the protocol of cobra, which kubectl speaks with plugins. */
export function completions(program: Command, words: readonly string[]): string {
  const current = words.at(-1) ?? '';
  const path = words.slice(0, -1);
  const command = path.reduce<Command>(
    (above, word) => above.commands.find((each) => each.name() === word) ?? above,
    program,
  );
  const isBegun = path.length > depthOf(command, program);
  const names = isBegun ? [] : visible(command);
  // Words that name no command are targets of the main job.
  const flags = optionsOf(command === program ? (program.commands[0] ?? program) : command);
  const found = [...names, ...(current.startsWith('-') ? flags : [])].filter((word) => word.startsWith(current));
  return [...found, found.length > 0 ? NO_FILES_DIRECTIVE : DEFAULT_DIRECTIVE].join('\n');
}

function depthOf(command: Command, program: Command): number {
  return command === program ? 0 : 1 + depthOf(command.parent ?? program, program);
}

function visible(command: Command): string[] {
  return command.commands.map((each) => each.name()).filter((name) => !name.startsWith('_'));
}
