import { mayHoldToken } from './redact-tokens.ts';

/** Names of secret values, followed by a value or by the end of an element. */
const PAIR =
  /(?:pass(?:word|wd|phrase|code)?s?|pwd|[_.-]pw|tokens?|secret|keys?(?:[_-]?(?:data|base))?|auth|credentials?|dsn|art-api|sig|signature|connection[_-]?string|cookie|\.dockercfg|\.dockerconfigjson)(?:\\*["'`]?\]?\s{0,3}(?:[:=,]|->)|[\\%>&])/i;
const FLAG = /(?<![^\s"'])-{1,2}[a-zA-Z]/;

/** Whether a text may hold the name of a secret with its value. */
export function mayHoldPair(text: string): boolean {
  return PAIR.test(text);
}

/** Whether a text may hold a flag of a command line. */
export function mayHoldFlag(text: string): boolean {
  return FLAG.test(text);
}

/**
 * Anything that could introduce a secret value. Most messages have none of it and cost these tests alone; what is
 * frequent comes first. A rule that is added to redaction needs its introduction here.
 */
const INTRODUCTIONS = [
  /[@?&#]|<<</, // user info of a URL, queries, characters of HTML, a shell's string
  // The value of a variable that is named beside it, a header in a tuple, the values of a Secret.
  /(?:value|authorization)\\*["']?\s{0,3}[:=,]|data\\*["']?\s{0,3}:\s{0,3}(?:\{|map)/i,
  PAIR,
  FLAG,
  /\b(?:basic|bearer)\s|\b(?:ENV|ARG|setenv|set-env|config(?:ure)? set)[ \t]|password[ \t]|base64 |SetCredential/i,
  /(?:token|password|passphrase)\s(?:is\s|was\s)?(?=\S{10})\S*\d/i, // a sentence
  /BEGIN|%(?:25){0,3}40/, // a private key, user info in percent encoding
];

/** Whether a text may hold a secret value. */
export function mayHoldSecret(text: string): boolean {
  return INTRODUCTIONS.some((introduction) => introduction.test(text)) || mayHoldToken(text);
}
