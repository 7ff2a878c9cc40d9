import type { ImageAnswer } from '../core/image-answer.ts';
import type { ProbeManifest, ProbeRateLimit, ProbeResult, StageResult } from '../core/probe.ts';
import type { RenderOptions } from './format.ts';
import { count, durationWords, type Style, styleOf, wrap } from './layout.ts';

/** Also: when it is now, RFC 3339, for the age of the image. */
export type ImageRenderOptions = RenderOptions & { readonly now: string };

/** `pullwhy image -o …` */
export async function renderImages(
  answers: readonly ImageAnswer[],
  format: string,
  options: ImageRenderOptions,
): Promise<string> {
  const value = answers.length === 1 ? answers[0] : answers;
  if (format === 'json') return JSON.stringify(value, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(value, { lineWidth: 0 });
  return answers.map((answer) => imageText(answer, options)).join('\n\n');
}

const LABEL = 10;
const MAX_UNUSED = 10;

function imageText(answer: ImageAnswer, options: ImageRenderOptions): string {
  const style = styleOf(options);
  const row = (label: string, text: string) => labelledRow(label, text, options.width);
  return [
    headline(answer, style, options.width),
    ...(answer.problem === undefined ? [] : problemRows(answer.problem, row)),
    ...answer.notes.flatMap(({ text, suggestion }) =>
      row('note', suggestion === undefined ? text : `${text}: ${suggestion}`),
    ),
    ...(answer.retired === undefined ? [] : retiredRows(answer.retired, row)),
    ...(answer.probe === undefined ? [] : stageRows(answer.probe, style, options)),
    ...credentialRows(answer, row, options.verbose),
    ...(answer.probe === undefined ? [] : resultRows(answer.probe, row, options.now)),
    ...(answer.nearTags.length === 0 ? [] : row('near', answer.nearTags.join(', '))),
    ...(answer.nearRepositories.length === 0 ? [] : row('near', answer.nearRepositories.join(', '))),
    ...(answer.meant === undefined ? [] : row('meant', `${answer.meant.image}: ${meantWords(answer.meant)}`)),
  ].join('\n');
}

function meantWords({ found, said }: NonNullable<ImageAnswer['meant']>): string {
  return found ? 'it is there' : said;
}

type Row = (label: string, text: string) => string[];

function headline({ image, problem, probe, reference }: ImageAnswer, { paint, mark }: Style, width: number): string {
  const good = probe?.outcome.kind === 'pullable';
  const said = problem?.message ?? probe?.outcome.said ?? 'nothing was asked of its registry';
  const unsure = probe === undefined ? problem === undefined : UNSURE.has(probe.outcome.kind);
  const sign = good ? paint('good', mark.good) : unsure ? paint('warn', mark.maybe) : paint('bad', mark.bad);
  const [first = '', ...rest] = wrap(`${reference ?? image}: ${said}`, width - 2);
  return [`${sign} ${paint('strong', first)}`, ...rest.map((line) => `  ${line}`)].join('\n');
}

/** Nothing was found to be wrong; the answer was not to be had. */
const UNSURE: ReadonlySet<string> = new Set(['unknown', 'not-asked']);

function problemRows({ hint, suggestion }: NonNullable<ImageAnswer['problem']>, row: Row): string[] {
  return [...row('why', hint), ...(suggestion === undefined ? [] : row('try', suggestion))];
}

function retiredRows({ what, state, when, now, replacement }: NonNullable<ImageAnswer['retired']>, row: Row): string[] {
  return [
    ...row('retired', `${what}: ${state}, ${when}; now: ${now}`),
    ...(replacement === undefined ? [] : row('try', `${replacement} (whether it exists was not looked at)`)),
  ];
}

/** One line per stage; what was skipped says why, the requests only with `-v`. */
function stageRows({ stages, attempts }: ProbeResult, style: Style, options: ImageRenderOptions): string[] {
  return stages.flatMap((stage) => {
    const oneOfSeveral = attempts.length > 1 && (stage.stage === 'token' || stage.stage === 'manifest');
    const who = oneOfSeveral && stage.as !== undefined ? ` [${stage.as}]` : '';
    const [first = '', ...rest] = wrap(`${stage.said}${who}`, options.width - LABEL - 5);
    const sign = signOf(stage.status, style);
    const lines = [
      `  ${stage.stage.padEnd(LABEL)}${sign} ${first}`,
      ...rest.map((line) => `  ${' '.repeat(LABEL + 2)}${line}`),
    ];
    return options.verbose || options.showEvidence ? [...lines, ...exchangeRows(stage, style, options.width)] : lines;
  });
}

function signOf(status: StageResult['status'], { paint, mark }: Style): string {
  const signs = {
    ok: paint('good', mark.good),
    failed: paint('bad', mark.bad),
    skipped: paint('dim', mark.unknown),
    unknown: paint('warn', mark.maybe),
  };
  return signs[status];
}

function exchangeRows(stage: StageResult, { paint }: Style, width: number): string[] {
  const way = (stage.way ?? []).map(({ stage: name, said }) => `${name}: ${said}`);
  const asked = stage.exchanges.map(({ request, sent, status, ms, error, body }) => {
    const answer =
      status === undefined ? (error ?? 'no answer') : `${status}${error === undefined ? '' : ` (${error})`}`;
    return `${request} with ${sent}: ${answer}, ${ms} ms${body === undefined ? '' : `: ${body}`}`;
  });
  const certificates = (stage.certificates ?? []).map(
    ({ subject, issuer, validFrom, validTo }) => `certificate ${subject}, by ${issuer}, ${validFrom} to ${validTo}`,
  );
  return [...way, ...certificates, ...asked].flatMap((text) =>
    wrap(text, width - LABEL - 6).map((line) => `  ${' '.repeat(LABEL + 3)}${paint('dim', line)}`),
  );
}

function credentialRows({ credentials }: ImageAnswer, row: Row, verbose: boolean): string[] {
  if (credentials === undefined) return [];
  const offered =
    credentials.offered.length === 0
      ? row('login', 'no entry of these secrets matches: the kubelet would come without a login')
      : row('login', `offered in this order: ${credentials.offered.join('; ')}`);
  // Entries of other registries are of interest only where none fits.
  const unused = verbose || credentials.offered.length === 0 ? credentials.unused.slice(0, MAX_UNUSED) : [];
  return [...offered, ...unused.flatMap(({ from, host, why }) => row('', `not ${host} of ${from}: ${why}`))];
}

function resultRows(probe: ProbeResult, row: Row, now: string): string[] {
  return [
    ...(probe.manifest === undefined ? [] : manifestRows(probe.manifest, row, now)),
    ...(probe.rateLimit === undefined ? [] : row('limit', limitWords(probe.rateLimit))),
    ...row('vantage', `asked from ${probe.vantage}, not from a node, in ${probe.ms} ms`),
  ];
}

function manifestRows(
  { digest, platforms, bytes, layers, created, platform }: ProbeManifest,
  row: Row,
  now: string,
): string[] {
  const names = [...new Set(platforms.map((p) => p.platform))];
  const size =
    bytes === undefined
      ? []
      : row(
          'pull',
          `${sizeWords(bytes)} in ${count(layers.length, 'layer')}${platform === undefined ? '' : ` for ${platform}`}`,
        );
  return [
    // Without a label, so that it stays on one line of 80.
    ...(digest === undefined ? [] : [`  ${digest}`]),
    ...(names.length === 0 ? [] : row('platforms', names.join(', '))),
    ...size,
    ...(created === undefined ? [] : row('built', `${created.slice(0, 10)}${ageWords(created, now)}`)),
  ];
}

function ageWords(created: string, now: string): string {
  const seconds = (Date.parse(now) - Date.parse(created)) / 1000;
  return seconds > 0 ? ` (${durationWords(seconds)} ago)` : '';
}

function limitWords({ limit, remaining, windowSeconds, source }: ProbeRateLimit): string {
  const of = limit === undefined ? '' : ` of ${limit}`;
  const window = windowSeconds === undefined ? '' : ` per ${durationWords(windowSeconds)}`;
  return `${remaining ?? 'unknown'}${of} pulls left${window}${source === undefined ? '' : `, counted for ${source}`}`;
}

function sizeWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function labelledRow(label: string, text: string, width: number): string[] {
  return wrap(text, width - LABEL - 2).map((line, i) => `  ${(i === 0 ? label : '').padEnd(LABEL)}${line}`);
}
