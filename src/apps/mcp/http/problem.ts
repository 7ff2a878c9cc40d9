/** A refusal in the form that clients of the protocol read. */
export function problem(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code = -32000,
): Response {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
  return new Response(body, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}
