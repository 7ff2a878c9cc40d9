import { describe, expect, it } from 'vitest';
import { CAUSES } from '../causes/index.gen.ts';
import { causePage } from './cause-page.ts';
import { displayWidth } from './layout.ts';
import { pageText } from './page-text.ts';

const OPTIONS = { width: 80, color: false, unicode: true };

const PAGE = `# some-cause

**What it is**

- link: \`tls\`: does the node trust it?
- a line that is long enough to be broken: it goes on and on, and on, until it is wider than the page

## What it looks like

\`\`\`
failed to pull: ${'some words '.repeat(10)}
\`\`\`

## How to mend it

1. Look (operator, green)

   \`\`\`
   kubectl get pod \`x\`
   \`\`\`

\`\`\`
# code, ** and all ${'x'.repeat(80)}
\`\`\`
`;

describe('pageText', () => {
  it('has no marks in its prose, and leaves code as it is', () => {
    expect(pageText(PAGE, OPTIONS)).toBe(`some-cause

What it is

- link: tls: does the node trust it?
- a line that is long enough to be broken: it goes on and on, and on, until it
  is wider than the page

What it looks like

    failed to pull: some words some words some words some words some words some
    words some words some words some words some words

How to mend it

1. Look (operator, green)

     kubectl get pod \`x\`

    # code, ** and all ${'x'.repeat(80)}
`);
  });

  it('makes titles strong', () => {
    expect(pageText('## Title', { ...OPTIONS, color: true })).toBe('\u001b[1mTitle\u001b[22m');
  });

  it.each(CAUSES.map((cause) => [cause.id, cause] as const))('keeps the page of %s to its width', (_, cause) => {
    const lines = pageText(causePage(cause), OPTIONS).split('\n');
    const prose = lines.filter((line) => !line.startsWith('    '));
    for (const line of prose) {
      expect(displayWidth(line), line).toBeLessThanOrEqual(80);
      expect(line).not.toMatch(/^#|\*\*|^\|/);
    }
  });
});
