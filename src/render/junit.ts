import type { PreflightFinding, PreflightImage, PreflightReport } from '../core/preflight-report.ts';

/** JUnit XML: one test case per image, failed by its errors; warnings are its output. */
export function junitOf({ images, findings, summary, unknowns }: PreflightReport): string {
  const failed = new Set(findings.filter(({ level }) => level === 'error').map(({ image }) => image));
  const cases = images.map((image) =>
    caseOf(
      image,
      findings.filter((finding) => finding.image === image.image),
    ),
  );
  const errors = unknowns.map((text) =>
    element('testcase', { classname: 'pullwhy', name: 'not known' }, element('error', { message: text }, '')),
  );
  const counts = { tests: images.length + unknowns.length, failures: failed.size, errors: summary.unknown };
  const suite = element('testsuite', { name: 'pullwhy preflight', ...counts }, [...cases, ...errors].join('\n'));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}\n</testsuites>\n`;
}

function caseOf({ image }: PreflightImage, findings: readonly PreflightFinding[]): string {
  const lines = (level: PreflightFinding['level']) => findings.filter((finding) => finding.level === level).map(lineOf);
  const errors = lines('error');
  const warnings = lines('warning');
  const inner = [
    ...(errors[0] === undefined ? [] : [element('failure', { message: errors[0] }, escapeXml(errors.join('\n')))]),
    ...(warnings.length === 0 ? [] : [element('system-out', {}, escapeXml(warnings.join('\n')))]),
  ];
  return element('testcase', { classname: 'pullwhy', name: image === '' ? '(no image)' : image }, inner.join('\n'));
}

function lineOf({ rule, message, use }: PreflightFinding): string {
  return `${use.file}:${use.line} ${rule}: ${message} (${use.where})`;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, inner: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  return inner === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inner}</${name}>`;
}

/** Characters that XML 1.0 does not allow were made visible before; these five have a meaning. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
