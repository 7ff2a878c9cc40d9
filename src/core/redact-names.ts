/** Tokens that are named after what they open. */
const TOKENS =
  '(?:(?:identity|registry|access|refresh|session|auth|bearer|private|security|deploy|vault)|(?<![a-z])id)[_-]?tokens?';

/** Names whose value is always a secret. */
export const STRONG =
  `pass(?:word|wd|phrase|code)s?|${TOKENS}|client[_-]?secret|` +
  'secret[_-]?(?:access[_-]?)?key(?:[_-]?base)?|client[_-]?key[_-]?data|(?<=[_.-])(?:pass|pw)|(?<=_)(?:credentials?|dsn)|pgpass|' +
  '(?:private|api|access|account|sharedaccess|encryption|signing|master)[_-]?keys?|art-api|x-registry-auth|' +
  'sharedaccesssignature|x-(?:amz|goog)-signature|connection[_-]?string|\\.dockerconfigjson|\\.dockercfg|tls\\.key';

/** Names that also occur in ordinary sentences and as names of objects. */
export const WEAK = 'secret|token|pwd|auth';

/** Names of settings and variables whose value is a secret: `DB_PASSWORD`, `AWS_SECRET_ACCESS_KEY`, `npm.token`. */
export const SECRET_NAME =
  '[\\w./-]{0,80}?(?:pass(?:word|wd|phrase|code)?s?|pwd|(?:[_-])pw|secret|tokens?|credentials?|auth|' +
  'connection[_-]?string|dsn|tls\\.key|\\.docker(?:config(?:json)?|cfg)|client[_-]?key[_-]?data|' +
  '(?:api|access|account|private|secret|signing|encryption|master|license|storage|shared)[_-]?keys?)' +
  '(?:[_-]?(?:\\d{1,3}|b64|base64))?';
