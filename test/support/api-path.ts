/** `/api/v1/namespaces/shop/pods/x` is about pods, `/api/v1/namespaces/shop/services/r:5000/proxy/v2/` about `services/proxy`. */
export function resourceIn(path: string): string {
  const parts = (path.split('?')[0] ?? '').split('/').filter(Boolean);
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const [resource = '', , subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
