import type { Command } from 'commander';

/** docs/commands.md: the help of every command as a person reads it. */
export function commandsPage(program: Command): string {
  const sections = [program, ...commandsBelow(program)].map((command) => {
    command.configureHelp({ ...command.configureHelp(), helpWidth: 100 });
    return `## ${pathOf(command)}\n\n\`\`\`\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
  });
  return `# Commands\n\nGenerated from the commands themselves (\`npm run gen\`).\n\n${sections.join('\n')}\n${EXIT_CODES}`;
}

/** Every command and the commands of groups, as they are listed; the hidden ones and `help` are left out. */
function commandsBelow(parent: Command): Command[] {
  const told = parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.parent === parent);
  return told.flatMap((command) => [command, ...commandsBelow(command)]);
}

function pathOf(command: Command): string {
  return command.parent === null ? 'pullwhy' : `${pathOf(command.parent)} ${command.name()}`;
}

const EXIT_CODES = `## Exit codes

| code | \`diagnose\` | \`preflight\`, \`audit\` | look-ups (\`decode\`, \`image\`, \`explain\`, …) |
|---|---|---|---|
| 0 | nothing is wrong with image pulls | nothing would fail | answered |
| 1 | image pull failures were found | something would fail | |
| 2 | wrong usage or unreadable evidence | wrong usage | wrong usage |
| 3 | could not finish (cluster unreachable, forbidden); partial results are still printed | could not finish | could not finish |
`;
