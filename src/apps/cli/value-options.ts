import { Option } from 'commander';
import { UsageError } from '../../core/usage-error.ts';

/** An option with one of a few values: another one is refused at once, and completion offers them. */
export function choiceOption(flags: string, description: string, what: string, values: readonly string[]): Option {
  return offeringOption(flags, description, values).argParser((value) => {
    if (!values.includes(value)) throw new UsageError(`no ${what} ${value}: use one of ${values.join(', ')}`);
    return value;
  });
}

/** An option whose values completion offers; what is given is looked at later. */
export function offeringOption(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
}

/** `-o` of a command that prints an answer. */
export function formatOption(formats: readonly string[] = ['text', 'json', 'yaml']): Option {
  return choiceOption('-o, --output <format>', formats.join(', '), 'output format', formats).default('text');
}

/** An option with a whole number from `least` on. */
export function numberOption(flags: string, description: string, least = 1): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => wholeNumber(option.long ?? flags, text, least));
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least)
    throw new UsageError(`${flag} ${text}: give a whole number from ${least} on`);
  return number;
}
