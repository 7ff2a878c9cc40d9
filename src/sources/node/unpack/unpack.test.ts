import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fc } from '../../../../test/support/properties.ts';
import type { Gap } from '../../../core/fact.ts';
import type { NodeBundle } from '../../../core/node/bundle.ts';
import { CollectionStore } from '../collection-store.ts';
import type { UnpackLimits } from './limits.ts';
import { paxItem, type TarItem, tarItem, tarOf, withChecksum } from './tar.fixture.ts';
import { unpackArchive } from './unpack.ts';

let folder: string;
let store: CollectionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'));
  store = new CollectionStore(join(folder, 'store'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Unpacked {
  readonly files: Readonly<Record<string, string>>;
  readonly gaps: readonly Gap[];
  readonly bundle: NodeBundle;
}

async function unpack(bytes: Uint8Array, limits: Partial<UnpackLimits> = {}, name = 'bundle.tar'): Promise<Unpacked> {
  writeFileSync(join(folder, name), bytes);
  const { id, writer } = await store.begin({ origin: 'test' });
  if (writer === undefined) throw new Error('no writer');
  await unpackArchive(join(folder, name), name, writer, { limits });
  await writer.finish('complete');
  const bundle = await store.open(id);
  const files: Record<string, string> = {};
  for (const file of bundle.files) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.read()) chunks.push(chunk);
    files[file.path] = Buffer.concat(chunks).toString();
  }
  expect(readdirSync(folder).toSorted()).toEqual([name, 'store'].toSorted());
  return { files, gaps: bundle.gaps, bundle };
}

/** Bytes that do not get smaller, the same in each run. */
const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => Math.imul(i ^ (i >>> 3), 2_654_435_761) >>> 24));

const GOOD: TarItem = { name: 'kubelet/kubelet.log', content: 'good' };
const kept = { 'kubelet/kubelet.log': 'good' };

describe('a tar archive', () => {
  it.each([
    ['ustar', tarOf([{ name: 'kubelet.log', prefix: 'kubelet', content: 'x' }]), 'kubelet/kubelet.log'],
    ['the old format', tarOf([{ name: 'a', content: 'x', magic: 'none', flag: '\0' }]), 'a'],
    [
      'GNU with a long name',
      tarOf([
        { name: '././@LongLink', flag: 'L', content: `${'n'.repeat(150)}\0`, magic: 'gnu' },
        { name: 'n', content: 'x', magic: 'gnu' },
      ]),
      'n'.repeat(150),
    ],
    [
      'pax with a long name',
      Buffer.concat([paxItem('path', 'ä/long.log'), tarOf([{ name: 'short', content: 'x' }])]),
      'ä/long.log',
    ],
    [
      './ before its names',
      tarOf([
        { name: './', flag: '5' },
        { name: './a.log', content: 'x' },
      ]),
      'a.log',
    ],
    ['no end blocks', tarItem({ name: 'a', content: 'x' }), 'a'],
    ['a size in binary', tarOf([{ name: 'a', content: 'x' }]), 'a'],
  ])('of %s is read', async (_, bytes, path) => {
    expect(await unpack(bytes)).toMatchObject({ files: { [path]: 'x' }, gaps: [] });
  });

  it('made by a library, packed with gzip, is read with its times and kinds', async () => {
    const bytes = await packTar([
      {
        header: { name: 'containerd/containerd-log.txt', size: 1, mtime: new Date('2026-01-02T03:04:05Z') },
        body: 'x',
      },
    ]);
    const { bundle } = await unpack(gzipSync(bytes));
    expect(bundle.files).toMatchObject([{ kind: 'containerd', modifiedAt: '2026-01-02T03:04:05.000Z', size: 1 }]);
  });

  it.each([
    ['../outside', 'leads out of the folder'],
    ['a/../../outside', 'leads out of the folder'],
    ['..\\outside', 'leads out of the folder'],
    ['/etc/cron.d/x', 'an absolute path'],
    ['\\\\host\\share', 'an absolute path'],
    ['C:\\Windows\\x', 'an absolute path'],
    ['c:x', 'an absolute path'],
    ['a\u0007b', 'control characters'],
    ['a\nb', 'control characters'],
    ['a\u202eb', 'control characters'],
    [`${'d/'.repeat(45)}f`, 'folders deep'],
  ])('with the name %j is read without that entry', async (name, reason) => {
    const { files, gaps } = await unpack(tarOf([{ name, content: 'bad' }, GOOD]));
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([{ why: 'refused', how: expect.stringContaining(reason) }]);
    expect(gaps[0]?.wanted).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it.each([
    ['a symbolic link', { name: 'link', flag: '2', link: '/etc/shadow' }],
    ['a device or pipe', { name: 'dev', flag: '3' }],
    ['a device or pipe', { name: 'pipe', flag: '6' }],
    ['a hard link to what is not in the archive before it', { name: 'hard', flag: '1', link: '/etc/shadow' }],
    ['a sparse file', { name: 'sparse', flag: 'S', content: 'x'.repeat(600), magic: 'gnu' }],
    ['an entry that is no file', { name: 'odd', flag: 'M', content: 'x' }],
  ] as const)('with %s lists it and goes on', async (reason, item) => {
    const { files, gaps } = await unpack(tarOf([item, GOOD]));
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([
      { wanted: `${item.name} of bundle.tar`, why: 'refused', how: expect.stringContaining(reason) },
    ]);
  });

  it('with an old sparse file whose map goes on in further blocks is read behind it', async () => {
    const item = tarItem({ name: 'sparse', flag: 'S', content: 'x', magic: 'gnu' });
    item[482] = 1;
    const more = Buffer.alloc(512);
    more[504] = 1;
    const bytes = Buffer.concat([
      withChecksum(item.subarray(0, 512)),
      more,
      Buffer.alloc(512),
      item.subarray(512),
      tarOf([GOOD]),
    ]);
    expect((await unpack(bytes)).files).toEqual(kept);
  });

  it('with a sparse file of pax refuses it', async () => {
    const bytes = Buffer.concat([
      paxItem('GNU.sparse.major', '1'),
      tarOf([{ name: 'GNUSparseFile.0/x', content: 'map' }, GOOD]),
    ]);
    const { files, gaps } = await unpack(bytes);
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([{ how: expect.stringContaining('a sparse file') }]);
  });

  it('with a hard link to an earlier file gives that file under both names', async () => {
    const { files, gaps } = await unpack(tarOf([GOOD, { name: 'again.log', flag: '1', link: 'kubelet/kubelet.log' }]));
    expect(files).toEqual({ ...kept, 'again.log': 'good' });
    expect(gaps).toEqual([]);
  });

  it('with hard links that multiply stops at its limit', async () => {
    const links = Array.from({ length: 50 }, (_, i) => ({ name: `l${i}`, flag: '1', link: 'big' }));
    const { gaps, bundle } = await unpack(tarOf([{ name: 'big', content: 'x'.repeat(10_000) }, ...links]), {
      totalBytes: 100_000,
    });
    expect(bundle.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(110_000);
    expect(gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('more than 100000 bytes') }]);
  });

  it('with a name twice keeps both and says so', async () => {
    const { files, gaps } = await unpack(tarOf([GOOD, { ...GOOD, content: 'later' }]));
    expect(files).toEqual({ ...kept, 'kubelet/kubelet~2.log': 'later' });
    expect(gaps).toMatchObject([{ how: expect.stringContaining('more than once') }]);
  });

  it('with names that differ in case only keeps both', async () => {
    const { files, gaps } = await unpack(
      tarOf([
        { name: 'A.log', content: '1' },
        { name: 'a.log', content: '2' },
      ]),
    );
    expect(Object.values(files).toSorted()).toEqual(['1', '2']);
    expect(gaps).toEqual([]);
  });

  it('cut anywhere keeps what came before and says so', async () => {
    const whole = tarOf([GOOD, { name: 'b.log', content: 'x'.repeat(2_000) }]);
    for (let end = 1_024; end < whole.length - 1_024; end += 300) {
      const { files, gaps, bundle } = await unpack(whole.subarray(0, end));
      expect(files).toMatchObject(kept);
      if (end > 1_024 && end < 1_536 + 2_000) {
        expect(gaps).toMatchObject([{ wanted: 'the rest of bundle.tar', why: 'truncated' }]);
        expect(bundle.files[1]?.cut ?? 'not there').toMatch(/ends in the middle|not there/);
      }
    }
  });

  it('packed with gzip and cut keeps what came before', async () => {
    const packed = gzipSync(tarOf([GOOD, { name: 'b.log', content: noise }]));
    const { files, gaps } = await unpack(packed.subarray(0, packed.length - 2_000));
    expect(files).toMatchObject(kept);
    expect(gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('ends in the middle') }]);
  });

  it('with rubbish in it keeps what came before', async () => {
    const bytes = Buffer.concat([tarItem(GOOD), Buffer.alloc(512, 0x41), tarOf([{ name: 'lost', content: 'x' }])]);
    const { files, gaps } = await unpack(bytes);
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('damaged') }]);
  });

  it.each([
    ['a size beyond the file', { name: 'a', content: 'x', size: 1_000_000 }],
    ['a size beyond all measure', { name: 'a', content: 'x', size: Number.MAX_SAFE_INTEGER }],
    ['a header beyond all measure', { name: 'a', flag: 'x', content: 'x', size: 100_000_000 }],
  ])('that claims %s ends there', async (_, item) => {
    const { files, gaps } = await unpack(tarOf([GOOD, item]));
    expect(files).toMatchObject(kept);
    expect(gaps.length).toBeGreaterThan(0);
  });

  it('that unpacks to far more than its size is cut', async () => {
    const bomb = gzipSync(tarOf([GOOD, { name: 'zeros', content: Buffer.alloc(3_000_000) }]));
    const { files, gaps, bundle } = await unpack(bomb, { freeBytes: 1_000, ratio: 100 });
    expect(files).toMatchObject(kept);
    expect(bundle.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(bomb.length * 100);
    expect(gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('100 times its size') }]);
  });

  it('with too many files is cut', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `f${i}`, content: 'x' }));
    const { files, gaps } = await unpack(tarOf(many), { files: 10 });
    expect(Object.keys(files)).toHaveLength(10);
    expect(gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('more than 10 files') }]);
  });

  it('with one file that is too large leaves that file', async () => {
    const { files, gaps } = await unpack(tarOf([{ name: 'core', content: 'x'.repeat(5_000) }, GOOD]), {
      fileBytes: 1_000,
    });
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([{ wanted: 'core of bundle.tar', how: expect.stringContaining('larger') }]);
  });

  it('says of a million bad entries only how many there are', async () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ name: `../f${i}` }));
    const { gaps } = await unpack(tarOf(many));
    expect(gaps).toMatchObject([{ wanted: '../f0, ../f1, ../f2 and 497 more of bundle.tar' }]);
  });

  it('does not keep credentials', async () => {
    const secret = 'canary-7f3a';
    const { files, gaps } = await unpack(
      tarOf([
        {
          name: 'kubelet/kubeconfig.yaml',
          content: `apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: ${secret}\n`,
        },
        { name: 'root/.docker/config.json', content: `{"auths":{"r.acme.example":{"auth":"${secret}"}}}` },
        {
          name: 'etc/tls.pem',
          content: `-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n${secret}\n`,
        },
        GOOD,
      ]),
    );
    expect(files).toEqual(kept);
    expect(JSON.stringify(gaps)).not.toContain(secret);
    expect(gaps).toHaveLength(3);
    const stored = spawnSync('grep', ['-rl', secret, join(folder, 'store')]).stdout.toString();
    expect(stored).toBe('');
  });
});

describe('archives in archives', () => {
  const inner = gzipSync(tarOf([GOOD]));
  const name = 'eks_i-0123456789abcdef0_2026-01-01_0000-UTC_0.7.9.tar.gz';

  it.each([
    [
      'a tarball in a tarball',
      () =>
        gzipSync(
          tarOf([
            { name, content: inner },
            { name: 'b.log', content: 'x' },
          ]),
        ),
    ],
    ['a tarball in a zip', () => zipSync({ [name]: inner, 'b.log': Buffer.from('x') })],
    [
      'a zip in a tarball',
      () =>
        tarOf([
          { name, content: zipSync({ 'kubelet/kubelet.log': Buffer.from('good') }) },
          { name: 'b.log', content: 'x' },
        ]),
    ],
  ])('%s is unpacked', async (_, make) => {
    const { files, gaps } = await unpack(make());
    expect(files).toEqual({ [`${name}/kubelet/kubelet.log`]: 'good', 'b.log': 'x' });
    expect(gaps).toEqual([]);
  });

  it('deeper than one level are refused', async () => {
    const deep = tarOf([
      {
        name: 'b.tar',
        content: tarOf([
          { name: 'c.tar', content: tarOf([GOOD]) },
          { name: 'd', content: 'x' },
        ]),
      },
    ]);
    const { files, gaps } = await unpack(deep);
    expect(files).toEqual({ 'b.tar/d': 'x' });
    expect(gaps).toMatchObject([{ how: expect.stringContaining('too deep') }]);
  });

  it('that are cut lose only themselves', async () => {
    const inner = gzipSync(tarOf([GOOD, { name: 'noise', content: noise }]));
    const { files, gaps } = await unpack(
      tarOf([
        { name, content: inner.subarray(0, inner.length - 30) },
        { name: 'b.log', content: 'x' },
      ]),
    );
    expect(files).toMatchObject({ 'b.log': 'x' });
    expect(gaps).toMatchObject([{ why: 'truncated', wanted: `the rest of ${name}` }]);
  });

  it('share the limits of the one around them', async () => {
    const bomb = gzipSync(tarOf([{ name: 'zeros', content: Buffer.alloc(500_000) }]));
    const bytes = tarOf([...Array.from({ length: 10 }, (_, i) => ({ name: `${i}.tar.gz`, content: bomb })), GOOD]);
    const { bundle, gaps } = await unpack(bytes, { totalBytes: 1_200_000 });
    expect(bundle.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(1_300_000);
    expect(gaps.at(-1)).toMatchObject({ wanted: 'the rest of bundle.tar', why: 'truncated' });
  });

  it('leaves a log that is only compressed as it is', async () => {
    const { files, bundle } = await unpack(tarOf([{ name: 'var_log/messages-1.gz', content: gzipSync('line') }]));
    expect(files).toEqual({ 'var_log/messages-1.gz': 'line' });
    expect(bundle.files).toMatchObject([{ compressed: true, kind: 'system' }]);
  });
});

describe('a zip archive', () => {
  it('is read, stored and deflated', async () => {
    const bytes = zipSync({
      'a/b.log': [Buffer.from('x'.repeat(5_000)), { level: 9 }],
      'c.log': [Buffer.from('y'), { level: 0 }],
    });
    expect((await unpack(bytes, {}, 'b.zip')).files).toEqual({ 'a/b.log': 'x'.repeat(5_000), 'c.log': 'y' });
  });

  it('made on Windows is read with its folders', async () => {
    expect((await unpack(zipSync({ 'a\\b.log': Buffer.from('x') }))).files).toEqual({ 'a/b.log': 'x' });
  });

  it.each(['../x', '/etc/x', 'C:/x', '..\\x'])('with the name %j is read without that entry', async (name) => {
    const { files, gaps } = await unpack(
      zipSync({ [name]: Buffer.from('bad'), 'kubelet/kubelet.log': Buffer.from('good') }),
    );
    expect(files).toEqual(kept);
    expect(gaps).toMatchObject([{ why: 'refused' }]);
  });

  it('with a symbolic link lists it', async () => {
    const bytes = zipSync({
      link: [Buffer.from('/etc/shadow'), { os: 3, attrs: (0o120777 << 16) >>> 0 }],
      a: Buffer.from('x'),
    });
    const { files, gaps } = await unpack(bytes);
    expect(files).toEqual({ a: 'x' });
    expect(gaps).toMatchObject([{ how: expect.stringContaining('a symbolic link') }]);
  });

  it('that lies about sizes is counted by what it really holds', async () => {
    const bytes = Buffer.from(zipSync({ zeros: Buffer.alloc(3_000_000) }));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 1))
      bytes.writeUInt32LE(10, at + 24);
    const { bundle, gaps } = await unpack(bytes, { freeBytes: 1_000, ratio: 100 });
    expect(bundle.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(bytes.length * 100);
    expect(gaps).toMatchObject([{ why: 'truncated' }]);
  });

  it('cut keeps what came before', async () => {
    const whole = zipSync({ 'kubelet/kubelet.log': Buffer.from('good'), noise, more: noise });
    const { files, gaps } = await unpack(whole.subarray(0, Math.floor(whole.length * 0.7)), {}, 'b.zip');
    expect(files).toMatchObject(kept);
    expect(gaps).toMatchObject([{ why: 'truncated' }]);
  });
});

describe('other packings', () => {
  it.each([['xz'], ['bzip2'], ['zstd']])(
    '%s is read where the program is, and else says what is missing',
    async (program) => {
      const there = spawnSync(program, ['--version']).error === undefined;
      const packed = there
        ? spawnSync(program, ['-c'], { input: tarOf([GOOD]) }).stdout
        : Buffer.concat([
            Buffer.from(
              program === 'zstd'
                ? [0x28, 0xb5, 0x2f, 0xfd]
                : program === 'xz'
                  ? [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]
                  : 'BZh9',
            ),
            Buffer.alloc(600),
          ]);
      const { files, gaps } = await unpack(packed);
      if (there) expect({ files, gaps }).toEqual({ files: kept, gaps: [] });
      else expect(gaps).toMatchObject([{ how: expect.stringContaining(`${program}, which is not installed`) }]);
    },
  );
});

describe('a log inside, packed by another program', () => {
  it('is kept unpacked where that program is, and else refused with its name', async () => {
    const packed = spawnSync('xz', ['-c'], { input: 'Nov 20 22:12:51 node-a kubelet[1]: x\n' });
    const content = packed.stdout ?? Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]);
    const { files, gaps } = await unpack(tarOf([{ name: 'var/log/messages-1.xz', content }, GOOD]));
    if (packed.error === undefined)
      expect(files).toEqual({ ...kept, 'var/log/messages-1': 'Nov 20 22:12:51 node-a kubelet[1]: x\n' });
    else expect(gaps).toMatchObject([{ how: expect.stringContaining('xz, which is not installed') }]);
  });
});

describe('any bytes', () => {
  it('are unpacked or refused, never more than that', async () => {
    const good = [
      tarOf([GOOD]),
      gzipSync(tarOf([GOOD])),
      Buffer.from(zipSync({ a: Buffer.from('x'), 'b/c': Buffer.from('y') })),
    ];
    const damaged = fc
      .tuple(fc.nat(2), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }))
      .map(([which, edits]) => {
        const bytes = Buffer.from(good[which] ?? '');
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 1_500 })), async (bytes) => {
        await unpack(bytes, { totalBytes: 1_000_000, freeBytes: 1_000_000 });
      }),
      { numRuns: 60 },
    );
    expect(existsSync(join(folder, 'store'))).toBe(true);
  });
});
