import type { Command } from 'commander';

/** What may follow the words of a command. */
interface Entry {
  /** `diagnose`, `node collect`. */
  readonly path: string;
  /** Commands below it. */
  readonly commands: readonly string[];
  /** Arguments that are known. */
  readonly words: readonly string[];
  readonly options: readonly OptionEntry[];
}

interface OptionEntry {
  readonly long: string;
  /** Without its dash. */
  readonly short?: string;
  /** What it can be given, where that is known. */
  readonly values: readonly string[];
}

/** By the path of a command, such as `sop run`: what its first argument can be, beside what the command tree tells. */
export type KnownArguments = Readonly<Record<string, readonly string[]>>;

/** The completion script of a shell, read off the command tree; undefined for a shell that has none. */
export function completionScript(shell: string, program: Command, known: KnownArguments): string | undefined {
  const [main, ...others] = program.commands.flatMap((command) => entriesOf(command, known));
  if (main === undefined) return undefined;
  // What the main command takes may also stand without its name; whoever has typed a command means that one.
  const entries = [main, ...others, { ...main, path: '' }];
  const scripts: Readonly<Record<string, (commands: readonly string[], entries: readonly Entry[]) => string>> = {
    bash,
    zsh: (commands, all) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands, all)}`,
    fish,
  };
  return Object.hasOwn(scripts, shell) ? scripts[shell]?.(visible(program), entries) : undefined;
}

function entriesOf(command: Command, known: KnownArguments, above = ''): Entry[] {
  const name = command.name();
  if (name.startsWith('_')) return [];
  const path = `${above}${name}`;
  const below = command.commands.flatMap((each) => entriesOf(each, known, `${path} `));
  const words = known[path] ?? argumentsOf(command);
  const own = { path, commands: visible(command), words, options: optionsOf(command) };
  // The command itself comes last: its pattern fits those below it as well.
  return [...below, own];
}

/** Values of its first argument, where only some are possible. */
function argumentsOf(command: Command): readonly string[] {
  return command.registeredArguments[0]?.argChoices ?? [];
}

function optionsOf(command: Command): OptionEntry[] {
  return command.options.flatMap(({ long, short, argChoices = [] }) =>
    long == null ? [] : [{ long, ...(short == null ? {} : { short: short.slice(1) }), values: argChoices }],
  );
}

/** Cases of `WORDS  PREVIOUS`: the command as it was typed, and the word before the one that is completed. */
function bash(commands: readonly string[], entries: readonly Entry[]): string {
  const main = entries.at(-1)?.options.map(({ long }) => long) ?? [];
  return `# pullwhy completion for bash
_pullwhy() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=""
  case "\${COMP_WORDS[*]:1:$((COMP_CWORD > 3 ? 2 : COMP_CWORD - 1))}  $previous" in
    "  "*) case "$current" in -*) words="${main.join(' ')}" ;; *) words="${commands.join(' ')}" ;; esac ;;
${entries.flatMap(bashCases).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _pullwhy pullwhy kubectl-pullwhy
`;
}

function bashCases({ path, commands, words, options }: Entry): string[] {
  const typed = path === '' ? '' : `"${path} "`;
  const known = [...commands, ...words, ...options.map(({ long }) => long)].join(' ');
  // Below a command with commands of its own, the second word decides.
  if (commands.length > 0) return [`    "${path}  ${path}") words="${known}" ;;`, `    ${typed}*) ;;`];
  const values = options
    .filter((option) => option.values.length > 0)
    .map(({ long, short, values }) => {
      const names = [long, ...(short === undefined ? [] : [`-${short}`])];
      return `    ${names.map((name) => `${typed}*" ${name}"`).join('|')}) words="${values.join(' ')}" ;;`;
    });
  return [...values, `    ${typed}*) words="${known}" ;;`];
}

function fish(commands: readonly string[], entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, commands: below, words, options }) => {
    const plain = [...below, ...words];
    const here = `complete -c pullwhy -n "${seen(path)}"`;
    return [
      ...(plain.length === 0 ? [] : [`${here} -a "${plain.join(' ')}"`]),
      ...options.map(({ long, short, values }) =>
        [
          `${here} -l ${long.slice(2)}`,
          ...(short === undefined ? [] : [`-s ${short}`]),
          ...(values.length === 0 ? [] : [`-x -a "${values.join(' ')}"`]),
        ].join(' '),
      ),
    ];
  });
  const first = `complete -c pullwhy -n __fish_use_subcommand -a "${commands.join(' ')}"`;
  return ['# pullwhy completion for fish', first, ...lines, ''].join('\n');
}

/** The condition under which a command was typed; of the main one without its name, that none was. */
function seen(path: string): string {
  if (path === '') return '__fish_use_subcommand';
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
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
  // Words that name no command are targets of the main job.
  const options = optionsOf(command === program ? (program.commands[0] ?? program) : command);
  const values = valuesAfter(path.at(-1), options);
  const names = isBegun ? [] : [...visible(command), ...argumentsOf(command)];
  const flags = current.startsWith('-') ? options.map(({ long }) => long) : [];
  const found = (values ?? [...names, ...flags]).filter((word) => word.startsWith(current));
  return [...found, found.length > 0 ? NO_FILES_DIRECTIVE : DEFAULT_DIRECTIVE].join('\n');
}

/** What the option before the cursor can be given; undefined where none stands there, or that is not known. */
function valuesAfter(previous: string | undefined, options: readonly OptionEntry[]): readonly string[] | undefined {
  const option = options.find(({ long, short }) => previous === long || previous === `-${short}`);
  return option === undefined || option.values.length === 0 ? undefined : option.values;
}

function depthOf(command: Command, program: Command): number {
  return command === program ? 0 : 1 + depthOf(command.parent ?? program, program);
}

function visible(command: Command): string[] {
  return command.commands.map((each) => each.name()).filter((name) => !name.startsWith('_'));
}
