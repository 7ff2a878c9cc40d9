import { PREFLIGHT_RULES, type PreflightFinding, type PreflightReport } from '../core/preflight-report.ts';

/** SARIF 2.1.0, as code hosts read it to annotate the line of a manifest. */
export function sarifOf({ findings }: PreflightReport): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pullwhy',
            rules: Object.entries(PREFLIGHT_RULES).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        results: findings.map(resultOf),
      },
    ],
  };
}

function resultOf({ rule, level, message, image, use }: PreflightFinding): object {
  return {
    ruleId: rule,
    level,
    message: { text: `${image}: ${message} (${use.where})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: use.file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/') },
          region: { startLine: use.line },
        },
      },
    ],
  };
}
