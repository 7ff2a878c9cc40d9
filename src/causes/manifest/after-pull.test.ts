import { describe, expect, it } from 'vitest';
import { absent, present } from '../../core/fact.ts';
import type { AfterPull } from '../../facts/after-pull.ts';
import type { Facts } from '../../facts/facts.ts';
import { parseReference } from '../../image/reference.ts';
import { cause as notImagePull } from '../none/not-image-pull.ts';
import { textFacts } from '../shared/facts-for-test.ts';
import { PLACEHOLDER_FACTS } from '../shared/placeholder-facts.ts';
import { cause as platformMismatch } from './platform-mismatch.ts';
import { cause as unsupportedMediaType } from './unsupported-media-type.ts';

function ended(image: string, end: Partial<AfterPull>): Facts {
  return {
    ...PLACEHOLDER_FACTS,
    subject: {
      kind: 'container',
      namespace: 'shop-prod',
      pod: 'api',
      container: 'api',
      image,
      node: 'node-a',
      owners: [],
    },
    pullError: absent(['pod/1']),
    reference: present(parseReference(image), ['pod/1']),
    afterPull: present({ kind: 'crash-loop', noCommand: false, execFormat: false, ...end }, ['pod/1']),
  };
}

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const NO_COMMAND = { kind: 'create-error', noCommand: true } as const;

describe('platform-mismatch', () => {
  it('is confirmed when the runtime found no entry in the index', () => {
    const text = `Failed to pull image "${IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": no match for platform in manifest: not found`;
    expect(platformMismatch.judge(textFacts(text))?.verdict).toBe('confirmed');
  });

  it('names the platform of the node', () => {
    const node = {
      name: 'node-a',
      architecture: 'arm64',
      operatingSystem: 'linux',
      conditions: [],
      ready: true,
      diskPressure: false,
    };
    const facts = { ...ended(IMAGE, { execFormat: true }), node: present(node, ['node/1']) };
    const judged = platformMismatch.judge(facts);
    expect(judged?.verdict).toBe('likely');
    expect(platformMismatch.statement(judged?.params, facts)).toContain('linux/arm64');
  });

  it.each([
    [{ exitCode: 255, ranSeconds: 0 }, 'possible'],
    [{ exitCode: 1, ranSeconds: 0 }, undefined],
    [{ exitCode: 255, ranSeconds: 12 }, undefined],
    [{ exitCode: 137, ranSeconds: 30 }, undefined],
    [{ exitCode: 255 }, undefined],
  ] as const)('after a pull, %j: %s', (end, verdict) => {
    expect(platformMismatch.judge(ended(IMAGE, end))?.verdict).toBe(verdict);
  });
});

describe('unsupported-media-type', () => {
  it('is confirmed when the runtime refused the type, likely when a web page came', () => {
    const outer = `failed to pull and unpack image "${IMAGE}": `;
    const schema1 = `${outer}not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0`;
    const html = `${outer}failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:${'3b1c5f6e'.repeat(8)}: not found`;
    expect(unsupportedMediaType.judge(textFacts(schema1))).toMatchObject({ verdict: 'confirmed', detail: 'schema1' });
    expect(unsupportedMediaType.judge(textFacts(html))).toMatchObject({ verdict: 'likely', detail: 'html' });
  });

  it.each([
    ['registry.acme.example/charts/shop:1.2.3', 624, 'possible'],
    ['registry.acme.example/charts/shop:1.2.3', undefined, 'possible'],
    ['registry.acme.example/shop/api:sha256-3b1c.sig', 900, 'possible'],
    ['registry.acme.example/shop/tools:1.0', 466, 'possible'],
    ['registry.acme.example/shop/tools:1.0', 1_083_671, undefined],
    ['registry.acme.example/shop/tools:1.0', undefined, undefined],
    ['registry.acme.example/charts/renderer:1.0', 180_000_000, undefined],
    ['registry.acme.example/shop/flowcharts:1.0', 1_083_671, undefined],
  ] as const)('no command, %s of %s bytes: %s', (image, imageSize, verdict) => {
    const facts = ended(image, { ...NO_COMMAND, ...(imageSize === undefined ? {} : { imageSize }) });
    expect(unsupportedMediaType.judge(facts)?.verdict).toBe(verdict);
  });
});

describe('not-image-pull after a pull', () => {
  it('is likely for an ordinary crash loop or a plain image without command', () => {
    expect(notImagePull.judge(ended(IMAGE, { exitCode: 1, ranSeconds: 3 }))?.verdict).toBe('likely');
    expect(notImagePull.judge(ended(IMAGE, { ...NO_COMMAND, imageSize: 1_083_671 }))?.verdict).toBe('likely');
  });

  it('steps back where the image itself may be at fault', () => {
    expect(notImagePull.judge(ended(IMAGE, { exitCode: 255, ranSeconds: 0 }))?.verdict).toBe('possible');
    expect(notImagePull.judge(ended('registry.acme.example/charts/shop:1', NO_COMMAND))?.verdict).toBe('possible');
  });
});
