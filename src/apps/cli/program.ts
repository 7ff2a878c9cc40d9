import { basename } from 'node:path';
import { Command, Help, type Option } from 'commander';
import { UsageError } from '../../core/usage-error.ts';
import { VERSION } from '../../version.gen.ts';
import { auditCommand } from './commands/audit.ts';
import { causesCommand } from './commands/causes.ts';
import { completeCommand } from './commands/complete.ts';
import { completionCommand } from './commands/completion.ts';
import { decodeCommand } from './commands/decode.ts';
import { demoCommand } from './commands/demo.ts';
import { diagnoseCommand } from './commands/diagnose.ts';
import { explainCommand } from './commands/explain.ts';
import { imageCommand } from './commands/image.ts';
import { mcpCommand } from './commands/mcp.ts';
import { nodeCommand } from './commands/node/node.ts';
import { preflightCommand } from './commands/preflight.ts';
import { rbacCommand } from './commands/rbac.ts';
import { secretCommand } from './commands/secret.ts';
import { sopCommand } from './commands/sop/sop.ts';
import { watchCommand } from './commands/watch.ts';
import { EXIT } from './failure.ts';

const EXAMPLES = `
Examples:
  pullwhy -n shop                                what is stuck, and why
  kubectl describe pod api-1 | pullwhy --from -  the same from what you have
  pullwhy decode 'Failed to pull image …'        one message
  pullwhy help diagnose                          all of the main command`;

/** The commands by their names, in the order of the help; the first is meant where none is named. */
const COMMANDS: Readonly<Record<string, () => Command>> = {
  diagnose: () => diagnoseCommand([...Object.keys(COMMANDS), ...OF_THE_WHOLE]),
  decode: decodeCommand,
  image: imageCommand,
  secret: secretCommand,
  preflight: preflightCommand,
  audit: auditCommand,
  node: nodeCommand,
  sop: sopCommand,
  explain: explainCommand,
  causes: causesCommand,
  demo: demoCommand,
  rbac: rbacCommand,
  watch: watchCommand,
  mcp: mcpCommand,
};

/** Commands that tell of all others. */
const OF_THE_WHOLE = ['help', 'completion', '__complete'];
const ASKS_FOR_ALL: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** The program as far as these words of a command line need it: to make all commands would be felt at every start. */
export function programFor(words: readonly string[]): Command {
  const [first = 'diagnose'] = words;
  if (Object.hasOwn(COMMANDS, first)) return programWith([first]);
  const tellsOfAll = OF_THE_WHOLE.includes(first) || words.some((word) => ASKS_FOR_ALL.has(word));
  return tellsOfAll ? buildProgram() : programWith(['diagnose']);
}

/** The whole command line. */
export function buildProgram(): Command {
  return programWith(Object.keys(COMMANDS), (program) => {
    program.addCommand(completionCommand(program));
    program.addCommand(completeCommand(program), { hidden: true });
  });
}

/** Handlers import what they need when they run, so that start-up stays quick. */
function programWith(names: readonly string[], addMore: (program: Command) => void = () => undefined): Command {
  const program = new Command(programName())
    .description('Finds out why a Kubernetes image pull fails, and proves it.')
    .version(VERSION, '-V, --version')
    .helpCommand('help [COMMAND]', 'what a command does and takes')
    .showSuggestionAfterError();
  for (const name of names) {
    const command = COMMANDS[name]?.();
    if (command !== undefined) program.addCommand(command, { isDefault: name === 'diagnose' });
  }
  addMore(program);
  program.addHelpText('after', EXAMPLES.replaceAll('pullwhy', programName()));
  speakAsOne(program);
  return program;
}

/** kubectl runs its plugins by their file name. */
export function programName(): string {
  const plugin =
    process.env.KUBECTL_PULLWHY !== undefined || /^kubectl-pullwhy\b/.test(basename(process.argv[1] ?? ''));
  return plugin ? 'kubectl pullwhy' : 'pullwhy';
}

/** Commander's own words become ours, of all commands: a complaint is one line that says what to do next. */
function speakAsOne(command: Command, path: readonly string[] = [programName()]): void {
  command.configureHelp({ optionDescription });
  command.configureOutput({ outputError: () => undefined });
  command.exitOverride((error) => {
    if (error.exitCode === 0) process.exit(0);
    // A group without one of its commands: the help that was printed says what to do next.
    if (error.code === 'commander.help') process.exit(EXIT.usage);
    const said = error.message
      .replace(/^error: /, '')
      .replace(/\.$/, '')
      .replace('(Did you', '(did you')
      .replaceAll('\n', ' ');
    const hint =
      error.code === 'commander.missingArgument'
        ? swallowed(command)
        : error.code === 'commander.excessArguments'
          ? '; what has blanks needs quotes'
          : '';
    throw new UsageError(`${said}${hint}; see ${path.join(' ')} --help`);
  });
  for (const inner of command.commands) speakAsOne(inner, [...path, inner.name()]);
}

/** Defaults read the same whether commander writes them or we do; values that the text names are not listed twice. */
function optionDescription(option: Option): string {
  const choices = option.argChoices ?? [];
  const list = `choices: ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  const whole = new Help().optionDescription(option);
  const text = choices.every((choice) => option.description.includes(choice))
    ? whole.replace(`${list}, `, '').replace(` (${list})`, '')
    : whole;
  return text.replace(/\(default: "([^"]*)"\)/, '(default: $1)');
}

/** An argument that stands behind `--from PATH…` was taken for one more path. */
function swallowed(command: Command): string {
  for (const option of command.options.filter(({ variadic }) => variadic)) {
    const words: unknown = command.getOptionValue(option.attributeName());
    const last: unknown = Array.isArray(words) && words.length > 1 ? words.at(-1) : undefined;
    if (typeof last === 'string')
      return `: ${option.long} takes every word behind it: write ${last} before ${option.long}`;
  }
  return '';
}
