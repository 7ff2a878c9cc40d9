import type { ResourceList } from '../../core/cluster-answer.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { type Kind, resourceOf } from '../../sources/cluster/resources.ts';
import { parseObject } from '../../sources/objects-schema.ts';
import { pageToken, placeIn } from './page-token.ts';
import { resourceItem } from './resource-item.ts';
import { WantedFailure } from './wanted-failure.ts';

export interface ResourceQuestion {
  readonly kind: Kind;
  /** Left out: all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly limit: number;
  readonly pageToken?: string;
}

/** One page of objects of a kind. Of Secrets only the metadata is ever asked for, so no data can leave the cluster. */
export async function listResources(client: ClusterClient, question: ResourceQuestion): Promise<ResourceList> {
  const { kind, namespace, limit, pageToken: token } = question;
  const same = { kind, namespace, selectors: [question.name, question.fieldSelector, question.labelSelector] };
  const wanted: Wanted = { verb: 'list', kind, namespace };
  const answer = await client.list(kind, namespace, {
    max: limit,
    metadataOnly: kind === 'Secret',
    ...selectorsOf(question),
    ...(token === undefined ? {} : { continueFrom: placeIn(same, token) }),
  });
  if (!answer.ok) {
    if (answer.problem.kind === 'gone')
      throw new UsageError('the page token has expired: the list has changed since; leave it out to begin anew');
    throw new WantedFailure(wanted, answer.problem);
  }
  const { value: list } = answer;
  const hint =
    kind === 'Secret' ? ({ kind, view: 'metadata' } as const) : { kind, apiVersion: resourceOf(kind).apiVersion };
  const items = list.items.flatMap((raw) => {
    const parsed = parseObject(raw, hint);
    return parsed === undefined ? [] : [resourceItem(kind, parsed.object)];
  });
  const unreadable = list.items.length - items.length;
  return {
    kind,
    items,
    ...(list.complete || list.continue === undefined ? {} : { nextPageToken: pageToken(same, list.continue) }),
    coverage: {
      read: [titleOf(wanted)],
      skipped: [
        ...(list.complete ? [] : ['further objects: they come with nextPageToken']),
        ...(kind === 'Secret' ? ['type and data of Secrets: never listed; check_credentials explains one'] : []),
      ],
    },
    gaps:
      unreadable === 0
        ? []
        : [{ what: `${unreadable} objects of another shape than ${kind}`, why: 'unreadable' as const }],
  };
}

function selectorsOf({ name, fieldSelector, labelSelector }: ResourceQuestion) {
  const fields = [...(name === undefined ? [] : [`metadata.name=${name}`]), fieldSelector ?? '']
    .filter(Boolean)
    .join(',');
  return {
    ...(fields === '' ? {} : { fieldSelector: fields }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}
