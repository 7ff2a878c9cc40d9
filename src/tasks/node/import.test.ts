import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { CollectionStore } from '../../sources/node/collection-store.ts';
import { importBundle } from './import.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-import-'));
const store = new CollectionStore(join(folder, 'store'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KUBECONFIG = 'apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: canary\n';

describe('importBundle', () => {
  it('refuses what holds no file, and says whether there was one', async () => {
    for (const name of ['nothing/below', 'withheld']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'withheld', 'kubeconfig.yaml'), KUBECONFIG);
    writeFileSync(
      join(folder, 'folders.tar'),
      await packTar([{ header: { name: 'logs/', size: 0, type: 'directory' }, body: '' }]),
    );
    const refusal = (name: string): Promise<string> =>
      importBundle(join(folder, name), store).then(
        () => 'kept',
        (error: Error) => error.message,
      );
    expect(await refusal('nothing')).toMatch(/nothing: no file is in it; give a folder of logs/);
    expect(await refusal('folders.tar')).toMatch(/folders\.tar: no file is in it/);
    expect(await refusal('withheld')).toMatch(/nothing of it could be read: file kubeconfig\.yaml: .*: not read$/);
    expect(await store.list()).toEqual([]);
  });

  it('takes what was empty before and holds a file now', async () => {
    writeFileSync(join(folder, 'nothing', 'below', 'kubelet.log'), 'I1120 22:00:00.000000     859 server.go:1] "x"\n');
    expect(await importBundle(join(folder, 'nothing'), store)).toMatchObject({ state: 'complete', files: 1 });
  });
});
