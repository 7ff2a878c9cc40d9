/**
 * Why a file is not kept: its whole use is to hold credentials. By the beginning of its text, for collectors move
 * files about; undefined for all that may be evidence. Secrets quoted in logs are another matter: they are redacted
 * when shown.
 */
export function withheldReason(head: string): string | undefined {
  if (/^-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/m.test(head)) return 'it holds a private key';
  if (/^\s{0,9}eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}\s*$/.test(head)) return 'it holds a token';
  if (isDockerConfig(head)) return 'it holds registry logins';
  if (isKubeconfig(head)) return 'it is a kubeconfig with credentials';
  return undefined;
}

/** `{"auths": …}` at or near the top; objects of Kubernetes that quote one begin otherwise. */
function isDockerConfig(head: string): boolean {
  if (!/^\s{0,100}\{/.test(head)) return false;
  const at = head.indexOf('"auths"');
  return at >= 0 && at < 2_000 && !head.slice(0, at).includes('"apiVersion"');
}

function isKubeconfig(head: string): boolean {
  if (!/^kind:[ \t]*Config[ \t]*$|"kind"[ \t]*:[ \t]*"Config"/m.test(head)) return false;
  return /(?:^|[\s{,-])"?(?:client-key(?:-data)?|token|password)"?[ \t]*:/.test(head);
}
