import type { Command } from 'commander';

/** Word lists that every shell's script is made of. */
interface Words {
  readonly commands: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly causes: readonly string[];
}

/** The completion script of a shell, read off the command tree; undefined for a shell that has none. */
export function completionScript(shell: string, program: Command, causes: readonly string[]): string | undefined {
  const words: Words = {
    commands: visible(program),
    options: new Map(
      program.commands
        .filter((c) => !c.name().startsWith('_'))
        .map((c) => [c.name(), c.options.flatMap((o) => o.long ?? [])]),
    ),
    causes,
  };
  const scripts: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish };
  return Object.hasOwn(scripts, shell) ? scripts[shell]?.(words) : undefined;
}

function bash({ commands, options, causes }: Words): string {
  const cases = [...options].map(([command, flags]) => `    ${command}) words="${flags.join(' ')}" ;;`);
  return `# pullwhy completion for bash
_pullwhy() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.join(' ')}"
  elif [ "$command" = explain ]; then
    words="${causes.join(' ')}"
  else
    case $command in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _pullwhy pullwhy kubectl-pullwhy
`;
}

function zsh(words: Words): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
}

function fish({ commands, options, causes }: Words): string {
  return [
    '# pullwhy completion for fish',
    `complete -c pullwhy -n __fish_use_subcommand -a "${commands.join(' ')}"`,
    `complete -c pullwhy -n "__fish_seen_subcommand_from explain" -a "${causes.join(' ')}"`,
    ...[...options].flatMap(([command, flags]) =>
      flags.map((flag) => `complete -c pullwhy -n "__fish_seen_subcommand_from ${command}" -l ${flag.slice(2)}`),
    ),
    '',
  ].join('\n');
}

/** Lets the shell offer file names. */
const DEFAULT_DIRECTIVE = ':0';
/** Nothing beside what is listed. */
const NO_FILES_DIRECTIVE = ':4';

/** Candidates for the last word, one a line, and a directive: the protocol of cobra, which kubectl speaks with plugins. */
export function completions(program: Command, words: readonly string[]): string {
  const current = words.at(-1) ?? '';
  const command = program.commands.find((each) => each.name() === words[0] && words.length > 1);
  const flags = (command ?? program.commands[0] ?? program).options.flatMap((option) => option.long ?? []);
  const names = command === undefined && words.length <= 1 ? visible(program) : [];
  const found = [...names, ...(current.startsWith('-') ? flags : [])].filter((word) => word.startsWith(current));
  return [...found, found.length > 0 ? NO_FILES_DIRECTIVE : DEFAULT_DIRECTIVE].join('\n');
}

function visible(program: Command): string[] {
  return program.commands.map((command) => command.name()).filter((name) => !name.startsWith('_'));
}
