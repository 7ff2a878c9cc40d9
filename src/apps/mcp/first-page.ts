import type { ClusterAnswer, EventList, ResourceList } from '../../core/cluster-answer.ts';
import { ToolFailure } from './tool-failure.ts';

/** Answers from evidence on disk come as one page: what does not fit is told. */
export function firstItems(list: ResourceList, limit: number): ResourceList {
  return { ...cut(list, list.items.length - limit), items: list.items.slice(0, limit) };
}

/** The same for events. */
export function firstEvents(list: EventList, limit: number): EventList {
  return { ...cut(list, list.events.length - limit), events: list.events.slice(0, limit) };
}

function cut<T extends ClusterAnswer>(answer: T, left: number): T {
  if (left <= 0) return answer;
  const { coverage } = answer;
  return {
    ...answer,
    coverage: { ...coverage, skipped: [...coverage.skipped, `${left} more: raise limit, or give a name`] },
  };
}

/** Only an API server selects; to leave the selector out of an answer would be to answer another question. */
export function refuseSelectors(given: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(given).filter((each) => given[each] !== undefined);
  if (name === undefined) return;
  throw new ToolFailure('invalid_input', `${name} asks an API server; this server has evidence on disk`, {
    next: [`leave ${name} out, and choose from the answer`],
  });
}
