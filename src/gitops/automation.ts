import type { LiveTarget } from './live-target.ts';
import { objectsOf } from './pod-template.ts';
import type { Repository } from './repository.ts';

/** Comments by which Flux finds the line to write an image into: `# {"$imagepolicy": "flux-system:api:tag"}`. */
const MARKER = /\{"\$imagepolicy":\s*"([^":]{1,253}):([^":]{1,253})(?::(?:tag|name))?"\}/;
/** Objects by which Argo CD's image updater is told what to write. */
const UPDATER = 'argocd-image-updater.argoproj.io/image-list';

/** Who else writes a line: a change by hand would be undone by the next run. */
export function automationNotes(
  repository: Repository,
  path: string,
  line: string,
  { owner }: LiveTarget,
): readonly string[] {
  const [, namespace, policy] = MARKER.exec(line) ?? [];
  if (namespace !== undefined && policy !== undefined) {
    const at = policyFile(repository, policy);
    const where = at === undefined ? '' : ` (${at})`;
    const run = automations(repository);
    const by = run.length === 0 ? '' : ` and ${run.slice(0, 2).join(', ')}`;
    return [
      `Flux writes this line by ImagePolicy ${namespace}/${policy}${where}${by}: what the policy chooses must change, or the next run overwrites it`,
    ];
  }
  if (owner?.tool !== 'argo-cd') return [];
  const updated = repository.paths.some((other) => {
    const text = repository.text(other) ?? '';
    return text.includes(UPDATER) && text.includes(owner.name);
  });
  return updated ? [`Argo CD Image Updater is set up for ${owner.name} and may write over ${path}`] : [];
}

/** `ImageUpdateAutomation all (clusters/automation.yaml)` */
function automations(repository: Repository): readonly string[] {
  return repository.paths.flatMap((path) => {
    if (!/^\s*kind:\s*ImageUpdateAutomation\b/m.test(repository.text(path) ?? '')) return [];
    return objectsOf(repository.documents(path)).flatMap((object) =>
      object.get('kind')?.string() === 'ImageUpdateAutomation'
        ? [`ImageUpdateAutomation ${object.at('metadata', 'name')?.string() ?? ''} (${path})`]
        : [],
    );
  });
}

function policyFile(repository: Repository, policy: string): string | undefined {
  return repository.paths.find((path) => {
    const text = repository.text(path) ?? '';
    return /^\s*kind:\s*ImagePolicy\b/m.test(text) && text.includes(`name: ${policy}`);
  });
}
