import { REDACTED } from './redact-marker.ts';

/** How the shapes below begin. Apart, for an engine looks for few letters faster than for many. */
const BEGINS = [
  /eyJ|AKCp|cmVmdGtu|LS0tLS1|AIza|AGE-|AT[AC]TT|K10[0-9a-f]/,
  /gh[pousr]_|github_pat_|dckr_|npm_|[sr]k_(?:live|test)_|hf_|do[opr]_v1_/,
  /gl[a-z]{2,5}-|xox[a-z]-|pypi-|hv[sb]\.|ya29\.|hooks\.slack/,
  /\dQ~|\$(?:2[aby]|5|6|y|apr1)\$/,
];

/** Whether a text may hold one of them: most do not, and cost this test alone. */
export function mayHoldToken(text: string): boolean {
  return BEGINS.some((begin) => begin.test(text));
}

/** Tokens that are known by their shape, wherever they stand. AWS key ids (AKIA…) are names, not secrets. */
const TOKEN_SHAPE = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'gh[pousr]_[A-Za-z0-9]{16,}', // GitHub
    'github_pat_\\w{16,}',
    'dckr_[po]at_[\\w-]{10,}', // Docker Hub
    'gl(?:pat|dt|rt|cbt|ptt|soat|oas|ft|imt|agent)-[\\w.-]{8,}', // GitLab
    'xox[abeoprs]-[\\w-]{8,}', // Slack
    'ya29\\.[\\w.-]{8,}', // Google
    'AIza[\\w-]{35}',
    'hv[sb]\\.[\\w-]{16,}', // Vault
    'npm_[A-Za-z0-9]{16,}',
    'pypi-[\\w-]{16,}',
    '[sr]k_(?:live|test)_[A-Za-z0-9]{16,}', // Stripe
    'hf_[A-Za-z0-9]{30,}', // Hugging Face
    'do[opr]_v1_[A-Za-z0-9]{32,}', // DigitalOcean
    'AT[AC]TT3[\\w=-]{16,}', // Atlassian
    'AKCp[A-Za-z0-9]{16,}', // Artifactory API key
    'cmVmdGtu[A-Za-z0-9]{16,}', // Artifactory reference token
    'AGE-SECRET-KEY-1[A-Z0-9]{16,}',
    'K10[0-9a-f]{32,64}::(?:\\w{1,40}:)?[^\\s"\']{8,}', // k3s
    'eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*)*', // JSON web token
    'LS0tLS1CRUdJTi(?!BDRVJUSUZJ|BQVUJMSUM)[\\w+/-]{8,}={0,2}', // base64 of PEM but for certificates and public keys
    'eyJ[\\w+/-]{40,}={0,2}', // base64 of a JSON object: an ECR password, a docker config
  ].join('|')})`,
  'g',
);
/** Entra ID client secrets have their mark in the middle; crypt(3) hashes and hooks begin with signs. */
const OTHERS =
  /(?<=(?<![\w~.-])[\w~.-]{3})\dQ~[\w~.-]{31,34}(?![\w~.-])|\$(?:2[aby]|5|6|y|apr1)\$[^\s:"',]{8,}|(?<=hooks\.slack\.com\/services\/)[\w/]{8,}/g;

/** Removes tokens that are known by their shape. */
export function redactTokens(text: string): string {
  return text.replace(TOKEN_SHAPE, REDACTED).replace(OTHERS, REDACTED);
}
