import { readFile, rename, stat, writeFile } from 'node:fs/promises';

/** Puts new tokens of a user into the kubeconfig that they came from; all else in it stays as it is, comments too. */
export async function saveTokens(file: string, user: string, tokens: Readonly<Record<string, string>>): Promise<void> {
  const [{ isMap, isSeq }, { parseYaml }] = await Promise.all([import('yaml'), import('../../core/yaml.ts')]);
  // JSON is YAML too, and keeps its form.
  const read = parseYaml(await readFile(file, 'utf8'));
  const document = 'documents' in read ? read.documents[0] : undefined;
  const users = document?.get('users');
  const entry = isSeq(users) ? users.items.find((each) => isMap(each) && each.get('name') === user) : undefined;
  if (document === undefined || !isMap(entry)) return;
  for (const [key, value] of Object.entries(tokens)) entry.setIn(['user', 'auth-provider', 'config', key], value);
  const { mode } = await stat(file);
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, document.toString({ lineWidth: 0 }), { mode, flag: 'wx' });
  await rename(fresh, file);
}
