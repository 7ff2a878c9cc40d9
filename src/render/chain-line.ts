import type { ChainLink, Incident } from '../core/report.ts';
import { displayWidth, type Style } from './layout.ts';

/** Short names of links for one line of a narrow terminal. */
const SHORT_LINK: Record<ChainLink['link'], string> = {
  admission: 'admission',
  reference: 'reference',
  'pull-policy': 'policy',
  runtime: 'runtime',
  credentials: 'credentials',
  'name-resolution': 'dns',
  connection: 'tcp',
  tls: 'tls',
  registry: 'registry',
  authentication: 'auth',
  authorization: 'access',
  quota: 'quota',
  manifest: 'manifest',
  blobs: 'blobs',
  storage: 'disk',
  signature: 'signature',
};

/** The links in order, each with its state; those behind the break are left out. */
export function chainLines({ cause, chain }: Incident, width: number, { mark, paint }: Style): string[] {
  if (cause.link === 'none') return [];
  const symbols: Record<ChainLink['status'], readonly [plain: string, shown: string]> = {
    ok: [mark.good, paint('good', mark.good)],
    broken: [mark.bad, paint('bad', mark.bad)],
    suspect: [mark.maybe, paint('warn', mark.maybe)],
    unknown: [mark.unknown, mark.unknown],
    skipped: ['', ''],
  };
  const cells = chain
    .filter(({ status }) => status !== 'skipped')
    .map(({ link, status }) => {
      const [plain, shown] = symbols[status];
      return { columns: displayWidth(`${SHORT_LINK[link]} ${plain}`), shown: `${SHORT_LINK[link]} ${shown}` };
    });
  return filled(cells, width);
}

const GAP = '  ';

/** Cells beside each other, as many as fit on a line. */
function filled(cells: readonly { readonly columns: number; readonly shown: string }[], width: number): string[] {
  const lines: string[] = [];
  let used = width;
  for (const { columns, shown } of cells) {
    if (used + GAP.length + columns > width) {
      lines.push(shown);
      used = columns;
    } else {
      lines.push(`${lines.pop() ?? ''}${GAP}${shown}`);
      used += GAP.length + columns;
    }
  }
  return lines;
}
