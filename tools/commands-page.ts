import type { Command } from 'commander';

/** docs/commands.md: the help of every command as a person reads it. */
export function commandsPage(program: Command): string {
  const sections = [program, ...program.commands].map((command) => {
    command.configureHelp({ helpWidth: 100 });
    const name = command.parent === null ? 'pullwhy' : `pullwhy ${command.name()}`;
    return `## ${name}\n\n\`\`\`\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
  });
  return `# Commands\n\nGenerated from the commands themselves (\`npm run gen\`).\n\n${sections.join('\n')}\n${EXIT_CODES}`;
}

const EXIT_CODES = `## Exit codes

| code | \`diagnose\` | look-ups (\`decode\`, \`explain\`, …) |
|---|---|---|
| 0 | nothing is wrong with image pulls | answered |
| 1 | image pull failures were found | |
| 2 | wrong usage or unreadable evidence | wrong usage |
| 3 | could not finish; partial results are still printed | could not finish |
`;
