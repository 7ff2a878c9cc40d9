import { Argument, Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import type { KnownArguments } from '../completion.ts';
import { print } from '../output.ts';

/** `pullwhy completion SHELL`: a script that completes commands, options, and ids of causes, procedures and scenarios. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('shell completion: source <(pullwhy completion bash)')
    .addArgument(shellArgument())
    .action(async (shell: string) => {
      const [{ completionScript }, known] = await Promise.all([import('../completion.ts'), knownArguments()]);
      const script = completionScript(shell, program, known);
      if (script === undefined) throw new UsageError(`no completion for ${shell}: use one of ${SHELLS.join(', ')}`);
      await print(script);
    });
}

/** Of procedures only our own: an id of somebody else's would become part of a script that a shell runs. */
async function knownArguments(): Promise<KnownArguments> {
  const [{ CAUSES }, { PROCEDURES }, { readScenarios }] = await Promise.all([
    import('../../../causes/index.gen.ts'),
    import('../../../sop/builtin.gen.ts'),
    import('../scenarios.ts'),
  ]);
  // Not parsed as YAML: shells run this at each start.
  const procedures = PROCEDURES.flatMap(({ text }) => /^id: ([\w-]+)$/m.exec(text)?.[1] ?? []);
  return {
    explain: CAUSES.map((cause) => cause.id),
    'sop get': procedures,
    'sop run': procedures,
    demo: readScenarios().map(({ name }) => name),
  };
}

const SHELLS = ['bash', 'zsh', 'fish'];

/** Offered by the completion; what is given is looked at when the script is made. */
function shellArgument(): Argument {
  const argument = new Argument('<shell>', 'the shell');
  argument.argChoices = SHELLS;
  return argument;
}
