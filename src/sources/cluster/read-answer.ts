/** The API server's own words, not those of something behind its proxy. */
export function isStatus(body: string): boolean {
  return /^\s*\{/.test(body) && /"kind"\s*:\s*"Status"/.test(body.slice(0, 2000));
}

/** An `APIGroupList`; what does not look like one has no groups. */
export function readGroups(value: unknown): ReadonlyMap<string, string> {
  const groups = (value as { groups?: unknown } | null)?.groups;
  if (!Array.isArray(groups)) return new Map();
  return new Map(
    groups.flatMap((group: { name?: unknown; preferredVersion?: { version?: unknown } } | null) => {
      const version = group?.preferredVersion?.version;
      return typeof group?.name === 'string' && typeof version === 'string' ? [[group.name, version] as const] : [];
    }),
  );
}

/** What came instead of JSON, without repeating it. */
export function whyNoJson(text: string): string {
  const isPage = /^\s*<(?:!doctype|html)/i.test(text);
  return isPage
    ? 'a web page came instead of JSON: is a proxy or a login page between here and the API server?'
    : 'the answer is no JSON, or was cut off';
}
