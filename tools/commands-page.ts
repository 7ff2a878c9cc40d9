import type { Command } from 'commander';

/** docs/commands.md: the help of every command as a person reads it. */
export function commandsPage(program: Command): string {
  const told = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.parent === program);
  const sections = [program, ...told].map((command) => {
    command.configureHelp({ ...command.configureHelp(), helpWidth: 100 });
    const name = command === program ? 'pullwhy' : `pullwhy ${command.name()}`;
    return `## ${name}\n\n\`\`\`\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
  });
  return `# Commands\n\nGenerated from the commands themselves (\`npm run gen\`).\n\n${sections.join('\n')}\n${EXIT_CODES}`;
}

const EXIT_CODES = `## Exit codes

| code | \`diagnose\` | \`preflight\`, \`audit\` | look-ups (\`decode\`, \`image\`, \`explain\`, …) |
|---|---|---|---|
| 0 | nothing is wrong with image pulls | nothing would fail | answered |
| 1 | image pull failures were found | something would fail | |
| 2 | wrong usage or unreadable evidence | wrong usage | wrong usage |
| 3 | could not finish (cluster unreachable, forbidden); partial results are still printed | could not finish | could not finish |
`;
