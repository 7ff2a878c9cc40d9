/** An image as written, taken apart where its version begins: `:tag`, `@digest`, `:tag@digest` or nothing. A port is no version. */
export function splitVersion(image: string): { readonly name: string; readonly version: string } {
  const at = image.indexOf('@');
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.lastIndexOf(':');
  const end = colon > named.lastIndexOf('/') ? colon : named.length;
  return { name: image.slice(0, end), version: image.slice(end) };
}
