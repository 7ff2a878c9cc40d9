import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ManifestChange } from '../../src/core/manifest-change.ts';
import type { Candidate } from '../../src/gitops/candidate.ts';
import type { LiveTarget } from '../../src/gitops/live-target.ts';
import { locate } from '../../src/gitops/locate.ts';
import { Repository } from '../../src/gitops/repository.ts';
import { unifiedDiff } from '../../src/gitops/unified-diff.ts';

/** For tests: files of a small checkout by path. */
export type Layout = Readonly<Record<string, string>>;

/** The pull that fails in most layouts. */
export const LIVE: LiveTarget = {
  namespace: 'shop-prod',
  workload: { kind: 'Deployment', name: 'api' },
  container: 'app',
  image: 'registry.acme.example/shop/api:1.5.0',
};

export const BETTER = 'registry.acme.example/shop/api:1.5.1';

/** A Deployment as people write it. */
export function deployment(image: string, more: { readonly namespace?: string; readonly name?: string } = {}): string {
  const { namespace, name = 'api' } = more;
  return `# Serves the shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${namespace === undefined ? '' : `\n  namespace: ${namespace}`}
spec:
  template:
    spec:
      containers:
        - name: app
          image: ${image} # bumped by hand
          ports:
            - containerPort: 8080
`;
}

export interface Change {
  /** `path:line` of every candidate, best first. */
  readonly places: readonly string[];
  readonly decided: boolean;
  readonly best: Candidate | undefined;
  /** The files after \`git apply\` of the best candidate's patch; only those that changed. */
  readonly after: Layout;
  readonly patch: string;
}

/** Finds the place of a change in a layout, writes the patch, and lets git apply it to real files. */
export function change(layout: Layout, what: ManifestChange, live: LiveTarget = LIVE): Change {
  const files = Object.entries(layout).map(([path, text]) => ({ path, text }));
  const { candidates, decided } = locate(new Repository(files), live, what);
  const best = candidates[0];
  const patch = best === undefined ? '' : patchOf(layout, best);
  return {
    places: candidates.map(({ path, line }) => `${path}:${line}`),
    decided,
    best,
    patch,
    after: patch === '' ? {} : applied(layout, patch),
  };
}

function patchOf(layout: Layout, { edits = [] }: Candidate): string {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return paths
    .flatMap((path) => {
      const own = edits.filter((edit) => edit.path === path);
      const diff = unifiedDiff({ path, text: layout[path] ?? '', edits: own, mayShow: () => true });
      return 'text' in diff ? diff.text : [];
    })
    .join('\n');
}

/** `git apply` without any option, in a folder of its own; it fails the test when git refuses. */
export function applied(layout: Layout, patch: string): Layout {
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-repo-'));
  try {
    for (const [path, text] of Object.entries(layout)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['apply', '--whitespace=nowarn'], {
      cwd: folder,
      input: `${patch}\n`,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return Object.fromEntries(
      Object.entries(layout).flatMap(([path, text]) => {
        const now = readFileSync(join(folder, path), 'utf8');
        return now === text ? [] : [[path, now] as const];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
