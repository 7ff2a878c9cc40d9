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
    commands: program.commands.map((c) => c.name()),
    options: new Map(program.commands.map((c) => [c.name(), c.options.flatMap((o) => o.long ?? [])])),
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
