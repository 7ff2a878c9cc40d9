import { objectsOf } from './pod-template.ts';
import type { Repository } from './repository.ts';
import type { YamlAt } from './yaml-source.ts';

/**
 * A clause where a deployer's source is another repository than this checkout, by the last word of both addresses: hosts
 * and protocols differ between people and clusters, names do not. Nothing where the checkout's own address is not known.
 */
export function otherRepository({ remotes }: Repository, url: string | undefined): readonly string[] {
  const name = url === undefined || url.includes('{{') ? '' : nameOfUrl(url);
  const own = remotes.map(nameOfUrl);
  return name === '' || own.length === 0 || own.includes(name)
    ? []
    : [`its source is the repository ${name}, and this is a checkout of ${own[0]}`];
}

/** The address of a GitRepository of Flux that the checkout writes. */
export function gitRepositoryUrl(repository: Repository, ref: YamlAt | undefined): string | undefined {
  const kind = ref?.get('kind')?.string() ?? 'GitRepository';
  const name = ref?.get('name')?.string();
  return kind === 'GitRepository' && name !== undefined ? gitRepositories(repository).get(name) : undefined;
}

function gitRepositories(repository: Repository): ReadonlyMap<string, string> {
  return repository.once('git repositories', () => {
    const paths = repository.paths.filter((path) =>
      /kind["']?:\s*["']?GitRepository\b/.test(repository.text(path) ?? ''),
    );
    const written = paths.flatMap((path) => objectsOf(repository.documents(path)));
    return new Map(
      written.flatMap((object) => {
        const name = object.at('metadata', 'name')?.string();
        const url = object.at('spec', 'url')?.string();
        const isOne = object.get('kind')?.string() === 'GitRepository' && name !== undefined && url !== undefined;
        return isOne ? [[name, url] as const] : [];
      }),
    );
  });
}

/** `https://git.acme.example/shop/deploy.git` and `git@git.acme.example:shop/deploy` are `deploy`. */
function nameOfUrl(url: string): string {
  const path = url.replace(/\/+$/, '').replace(/\.git$/, '');
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1).toLowerCase();
}
