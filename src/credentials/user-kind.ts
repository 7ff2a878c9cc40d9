import { redact } from '../core/redact.ts';

/** What kind of credential the user name, or the shape of the password, announces. */
export type UserKind =
  | 'aws' // ECR token
  | 'oauth2accesstoken' // Google access token
  | 'json-key' // Google service-account key
  | 'acr-token' // Azure token of a user or identity
  | 'robot' // Harbor robot$name, Quay org+name
  | 'deploy-token' // GitLab
  | 'gitlab-ci' // CI_JOB_TOKEN
  | 'docker-pat' // Docker Hub access token
  | 'github' // GitHub token
  | 'plain'
  | 'empty' // the kubelet sends no user: in effect anonymous
  | 'unknown'; // the evidence does not show the user

const LONGEST_SHOWN_USER = 64;

const BY_USER: readonly (readonly [RegExp, UserKind])[] = [
  [/^$/, 'empty'],
  [/^AWS$/, 'aws'],
  [/^oauth2accesstoken$/, 'oauth2accesstoken'],
  [/^_json_key(?:_base64)?$/, 'json-key'],
  [/^0{8}-0{4}-0{4}-0{4}-0{12}$/, 'acr-token'],
  [/^gitlab-ci-token$/, 'gitlab-ci'],
  [/^gitlab\+deploy-token-/, 'deploy-token'],
  [/^robot[$@]/, 'robot'],
  [/^[a-z0-9_-]+\+[a-z0-9_.-]+$/, 'robot'],
];
const BY_PASSWORD: readonly (readonly [RegExp, UserKind])[] = [
  [/^dckr_[po]at_/, 'docker-pat'],
  [/^(?:gh[pousr]_|github_pat_)/, 'github'],
  [/^gldt-/, 'deploy-token'],
];

export function userKind(user: string, password: string): UserKind {
  const byUser = BY_USER.find(([shape]) => shape.test(user));
  const byPassword = BY_PASSWORD.find(([shape]) => shape.test(password));
  return (byUser ?? byPassword)?.[1] ?? 'plain';
}

/** The user name when it can be shown: short, printable, and nothing like a token. */
export function showableUser(user: string, password: string): string | undefined {
  const isPrintable = /^[\x21-\x7e]+$/.test(user) && user.length <= LONGEST_SHOWN_USER;
  return isPrintable && user !== password && !looksLikeToken(user) ? user : undefined;
}

function looksLikeToken(user: string): boolean {
  const isHex = /^[0-9a-f]{32,}$/i.test(user);
  const isMixed = /^[\w+/=-]{20,}$/.test(user) && /\d/.test(user) && /[a-z]/.test(user) && /[A-Z]/.test(user);
  const hasTokenPrefix = /^(?:gh[pousr]_|github_pat_|dckr_|gl[a-z]{2,5}-|ya29\.|hv[sb]\.|eyJ|AKC|cmVmdGtu)/.test(user);
  return isHex || isMixed || hasTokenPrefix || redact(user) !== user;
}
