import type { Cause } from '../causes/define.ts';
import { PLACEHOLDER_FACTS } from '../causes/shared/placeholder-facts.ts';
import { LINK_QUESTION } from '../core/pull-chain.ts';

/** The section whose code is messages to compare with, not commands to copy. */
export const MESSAGES_TITLE = 'What it looks like';

/** What `pullwhy explain` prints and the documentation holds: the whole knowledge of one cause. */
export function causePage(cause: Cause): string {
  const remedies = cause.remedies(cause.sample, PLACEHOLDER_FACTS);
  const checks = cause.verify(cause.sample, PLACEHOLDER_FACTS);
  const escalations = cause.escalate(cause.sample, PLACEHOLDER_FACTS);
  const parts = [
    `# ${cause.id}\n\n**${cause.title}**`,
    facts(cause),
    cause.meaning,
    section(
      MESSAGES_TITLE,
      cause.shapes.map((s) => `${s.from}:\n\n\`\`\`\n${s.example}\n\`\`\``),
    ),
    section('What confirms it', bullets(cause.confirmedBy)),
    section('What rules it out', bullets(cause.ruledOutBy)),
    section(
      'How to mend it',
      remedies.map((r, i) =>
        [
          `${i + 1}. ${r.title} (${r.owner}, ${r.safety})`,
          ...indented(r.commands),
          ...(r.note === undefined ? [] : ['', `   ${r.note}`]),
        ].join('\n'),
      ),
    ),
    section(
      'How to verify',
      checks.map((c) => `\`\`\`\n${c.command}\n\`\`\`\n\nexpect: ${c.expect}`),
    ),
    section('Special cases', bullets(cause.special)),
    section('How to keep it from coming back', bullets(cause.prevention)),
    section('When to escalate', bullets(escalations.map((e) => `${e.when}: to ${e.to}, with ${e.collect.join(', ')}`))),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function facts(cause: Cause): string {
  const link = cause.link === 'none' ? 'none' : `\`${cause.link}\`: ${LINK_QUESTION[cause.link]}`;
  const refines =
    cause.refines.length === 0 ? '' : `\n- explains away: ${cause.refines.map((id) => `\`${id}\``).join(', ')}`;
  return `- link: ${link}\n- class: ${cause.class}\n- severity: ${cause.severity}${refines}`;
}

function section(title: string, blocks: readonly string[]): string {
  return blocks.length === 0 ? '' : `## ${title}\n\n${blocks.join('\n\n')}`;
}

function bullets(items: readonly string[]): string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
}

function indented(commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : ['', '   ```', ...commands.map((command) => `   ${command}`), '   ```'];
}
