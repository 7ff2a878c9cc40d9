import { ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Host } from '../host.ts';
import { CAUSE_RESOURCES } from './causes.ts';
import { factsTable } from './facts-table.ts';
import { procedureIndex, procedurePage } from './procedures.ts';
import { reportPart } from './report-part.ts';

/** What a resource holds, as `resources/read` gives it. */
export interface ResourceText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

const MARKDOWN = 'text/markdown';
const PLAIN = 'text/plain';
const JSON_TYPE = 'application/json';

export const RESOURCE_TEMPLATES = [
  {
    name: 'cause',
    title: 'A cause',
    uriTemplate: 'pullwhy://cause/{id}',
    description: 'what a cause means, what proves it, how to mend it',
    mimeType: MARKDOWN,
  },
  {
    name: 'sop',
    title: 'An operating procedure',
    uriTemplate: 'pullwhy://sop/{id}',
    description: 'its phases, steps, stop conditions, escalation and common issues',
    mimeType: PLAIN,
  },
  {
    name: 'report',
    title: 'A report of this server',
    uriTemplate: 'pullwhy://report/{id}',
    description: 'a whole report by its id, R-…; the last 20 are kept',
    mimeType: JSON_TYPE,
  },
  {
    name: 'incident',
    title: 'An incident of a report',
    uriTemplate: 'pullwhy://report/{id}/{incident}',
    description: 'one incident with all its pods and evidence',
    mimeType: JSON_TYPE,
  },
  {
    name: 'evidence',
    title: 'A piece of evidence',
    uriTemplate: 'pullwhy://report/{id}/{incident}/{evidence}',
    description: 'what E1, E2, … of an incident stand for',
    mimeType: JSON_TYPE,
  },
] as const;

/** Resources that have a name of their own; causes and parts of reports are reached by templates. */
export async function listResources({ reports }: Host) {
  return [
    {
      uri: 'pullwhy://causes',
      name: 'causes',
      title: 'All causes',
      description: 'every cause that pullwhy knows, along the pull chain',
      mimeType: MARKDOWN,
    },
    {
      uri: 'pullwhy://facts',
      name: 'facts',
      title: 'What messages mean',
      description: 'message shapes, who prints them, and the causes that they point at',
      mimeType: MARKDOWN,
    },
    {
      uri: 'pullwhy://sops',
      name: 'sops',
      title: 'All operating procedures',
      description: 'what each is for; run_sop follows one',
      mimeType: MARKDOWN,
    },
    ...reports.list().map(({ id, answer: report }) => ({
      uri: `pullwhy://report/${id}`,
      name: id,
      title: `Report of ${report.generatedAt}: ${report.summary.incidents} incidents`,
      mimeType: JSON_TYPE,
    })),
  ];
}

/** Throws `ResourceNotFoundError` for anything that is not there. */
export async function readResource(host: Host, uri: string): Promise<ResourceText> {
  const text = await textOf(host, uri);
  if (text === undefined) throw new ResourceNotFoundError(uri.slice(0, 500));
  return { uri, ...text };
}

async function textOf(host: Host, uri: string): Promise<Omit<ResourceText, 'uri'> | undefined> {
  const [kind = '', ...rest] = partsOf(uri);
  switch (kind) {
    case 'causes':
      return { mimeType: MARKDOWN, text: CAUSE_RESOURCES.index() };
    case 'facts':
      return { mimeType: MARKDOWN, text: factsTable() };
    case 'cause': {
      const page = CAUSE_RESOURCES.page(rest[0] ?? '');
      return page === undefined ? undefined : { mimeType: MARKDOWN, text: page };
    }
    case 'sops':
      return { mimeType: MARKDOWN, text: await procedureIndex(host.settings) };
    case 'sop': {
      const page = await procedurePage(rest[0] ?? '', host.settings);
      return page === undefined ? undefined : { mimeType: PLAIN, text: page };
    }
    case 'report': {
      const part = reportPart(host.reports, rest);
      return part === undefined ? undefined : { mimeType: JSON_TYPE, text: JSON.stringify(part, null, 2) };
    }
    default:
      return undefined;
  }
}

/** `pullwhy://report/R-1/tag-not-found` in its words; nothing for any other scheme. */
function partsOf(uri: string): readonly string[] {
  const path = /^pullwhy:\/\/([\w./%-]{1,500})$/.exec(uri)?.[1];
  try {
    return (path ?? '').split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}
