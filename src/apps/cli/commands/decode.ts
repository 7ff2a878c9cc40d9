import { Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import { print } from '../output.ts';
import { formatOption } from '../value-options.ts';

interface Flags {
  readonly batch?: boolean;
  readonly output: string;
}

/** `pullwhy decode [TEXT | -]` */
export function decodeCommand(): Command {
  return new Command('decode')
    .description('one error message in, stage and candidate causes out')
    .argument('[text]', 'the message; - or nothing: standard input')
    .option('--batch', 'JSON Lines {"id","text"} on standard input, one JSON line each out, same order')
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (text: string | undefined, flags: Flags) => {
      if (flags.batch === true) return decodeBatch();
      const message = text === undefined || text === '-' ? await standardInput() : text;
      if (message.trim() === '') throw new UsageError('no text to decode: give it as an argument or on standard input');
      const [{ decodeText }, { renderDecoded }] = await Promise.all([
        import('../../../tasks/decode-text.ts'),
        import('../../../render/decoded.ts'),
      ]);
      await print(await renderDecoded(decodeText(message), flags.output));
    });
}

async function standardInput(): Promise<string> {
  const { readStandardInput } = await import('../stdin.ts');
  return new TextDecoder().decode(await readStandardInput());
}

async function decodeBatch(): Promise<void> {
  const [{ decodeLines }] = await Promise.all([import('../batch.ts')]);
  await decodeLines(process.stdin, process.stdout);
}
