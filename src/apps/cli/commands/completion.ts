import { Argument, Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import { print } from '../output.ts';

/** `pullwhy completion SHELL`: a script that completes commands, options and cause ids. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('shell completion: source <(pullwhy completion bash)')
    .addArgument(shellArgument())
    .action(async (shell: string) => {
      const [{ completionScript }, { CAUSES }] = await Promise.all([
        import('../completion.ts'),
        import('../../../causes/index.gen.ts'),
      ]);
      const script = completionScript(
        shell,
        program,
        CAUSES.map((c) => c.id),
      );
      if (script === undefined) throw new UsageError(`no completion for ${shell}: use one of ${SHELLS.join(', ')}`);
      await print(script);
    });
}

const SHELLS = ['bash', 'zsh', 'fish'];

/** Offered by the completion; what is given is looked at when the script is made. */
function shellArgument(): Argument {
  const argument = new Argument('<shell>', 'the shell');
  argument.argChoices = SHELLS;
  return argument;
}
