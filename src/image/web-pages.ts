import type { ReferenceParts } from './grammar.ts';

/** A web page whose address is often pasted as an image. */
interface WebPage {
  readonly host: string;
  /** First elements of the page's path; any of them, empty for every page of the host. */
  readonly sections: readonly string[];
  /** Turns the rest of the path into a repository; absent where the page does not tell it. */
  readonly repository?: (rest: string) => string | undefined;
  readonly what: string;
}

const PAGES: readonly WebPage[] = [
  {
    host: 'hub.docker.com',
    sections: ['r/library', '_'],
    repository: (rest) => firstElements(rest, 1),
    what: 'Docker Hub',
  },
  {
    host: 'hub.docker.com',
    sections: ['r', 'layers', 'repository/docker'],
    repository: (rest) => firstElements(rest, 2),
    what: 'Docker Hub',
  },
  { host: 'hub.docker.com', sections: [], what: 'Docker Hub' },
  { host: 'docker.io', sections: ['r'], repository: (rest) => firstElements(rest, 2), what: 'Docker Hub' },
  { host: 'docker.com', sections: [], what: 'Docker' },
  { host: 'www.docker.com', sections: [], what: 'Docker' },
  {
    host: 'quay.io',
    sections: ['repository'],
    repository: (rest) => prefixed('quay.io', firstElements(rest, 2)),
    what: 'Quay',
  },
  {
    host: 'gallery.ecr.aws',
    sections: [],
    repository: (rest) => prefixed('public.ecr.aws', rest),
    what: 'the ECR public gallery',
  },
  { host: 'github.com', sections: [], what: 'GitHub, whose images are at ghcr.io' },
  { host: 'gitlab.com', sections: [], what: 'GitLab, whose images are at registry.gitlab.com' },
  { host: 'catalog.ngc.nvidia.com', sections: [], what: 'the NVIDIA catalog, whose images are at nvcr.io' },
  { host: 'artifacthub.io', sections: [], what: 'Artifact Hub, which lists images and holds none' },
  { host: 'console.cloud.google.com', sections: [], what: 'the Google Cloud console' },
  { host: 'portal.azure.com', sections: [], what: 'the Azure portal' },
];

/** A page that this reference is the address of. */
export interface PastedPage {
  readonly what: string;
  /** The repository that the page shows, as one would write it. */
  readonly repository?: string;
}

/** Recognizes the address of a registry's web page in place of an image. */
export function pastedPage({ domain, path }: ReferenceParts): PastedPage | undefined {
  const host = domain.toLowerCase();
  for (const page of PAGES) {
    const rest = page.host === host ? restBelow(page.sections, path) : undefined;
    if (rest === undefined) continue;
    const repository = page.repository?.(rest);
    return { what: page.what, ...(repository !== undefined && { repository }) };
  }
  return undefined;
}

/** The image that a pasted page shows, with the tag that was written behind the address. */
export function imageOfPage(parts: ReferenceParts): string | undefined {
  const repository = pastedPage(parts)?.repository;
  if (repository === undefined) return undefined;
  return (
    repository +
    (parts.tag === undefined ? '' : `:${parts.tag}`) +
    (parts.digest === undefined ? '' : `@${parts.digest}`)
  );
}

/** The path below one of the sections, without a query; the whole path where every page counts. */
function restBelow(sections: readonly string[], address: string): string | undefined {
  const path = address.split(/[?#]/, 1)[0] ?? '';
  if (sections.length === 0) return path;
  const section = sections.find((candidate) => path.startsWith(`${candidate}/`));
  return section === undefined ? undefined : path.slice(section.length + 1);
}

/** `org/app` of `org/app/tags`; undefined where there are fewer elements. */
function firstElements(path: string, count: number): string | undefined {
  const elements = path.split('/', count);
  return elements.length === count ? elements.join('/') : undefined;
}

function prefixed(host: string, repository: string | undefined): string | undefined {
  return repository === undefined ? undefined : `${host}/${repository}`;
}
