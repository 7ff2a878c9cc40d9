import type { ProcedureList } from '../core/sop/procedure.ts';
import type { RenderOptions } from './format.ts';
import { styleOf, wrap } from './layout.ts';

/** `pullwhy sop list -o …` */
export async function renderProcedureList(
  list: ProcedureList,
  format: string,
  options: RenderOptions,
): Promise<string> {
  if (format === 'json') return JSON.stringify(list, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(list, { lineWidth: 0 });
  return listText(list, options);
}

const INDENT = '  ';

function listText({ procedures }: ProcedureList, options: RenderOptions): string {
  const { paint } = styleOf(options);
  if (procedures.length === 0) return 'No procedure fits; pullwhy sop list shows all.';
  return procedures
    .flatMap(({ id, title, severity, status, origin, reasons }) => [
      `${paint('strong', id)}  ${severity}${status === 'active' ? '' : `, ${status}`}${origin === 'built in' ? '' : `, ${origin}`}`,
      ...wrap(title, options.width - INDENT.length).map((line) => `${INDENT}${line}`),
      ...reasons.flatMap((reason) =>
        wrap(`because ${reason}`, options.width - INDENT.length).map((line) => `${INDENT}${paint('dim', line)}`),
      ),
    ])
    .join('\n');
}
