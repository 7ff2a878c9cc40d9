import type { Incident } from '../core/report.ts';

/** What became of an incident between two looks. */
export interface IncidentChange {
  readonly type: 'opened' | 'changed' | 'resolved';
  /** RFC 3339 of the look. */
  readonly at: string;
  readonly incident: Incident;
  /** For `changed`: what differs, in words. */
  readonly what?: string;
}

/** Compares two looks. After a look that was cut short, what is missing is not taken for resolved. */
export function incidentChanges(
  before: ReadonlyMap<string, Incident>,
  now: readonly Incident[],
  at: string,
  whole: boolean,
): IncidentChange[] {
  const current = new Map(now.map((incident) => [incident.id, incident]));
  const changes: IncidentChange[] = [];
  for (const incident of now) {
    const known = before.get(incident.id);
    if (known === undefined) changes.push({ type: 'opened', at, incident });
    else {
      const what = difference(known, incident);
      if (what !== undefined) changes.push({ type: 'changed', at, incident, what });
    }
  }
  if (!whole) return changes;
  for (const [id, incident] of before) if (!current.has(id)) changes.push({ type: 'resolved', at, incident });
  return changes;
}

function difference(before: Incident, now: Incident): string | undefined {
  const parts: string[] = [];
  if (before.verdict !== now.verdict) parts.push(`${before.verdict} → ${now.verdict}`);
  const [had, has] = [before.scope.pods.length, now.scope.pods.length];
  if (had !== has) parts.push(`${had} → ${has} pods`);
  else if (podNames(before) !== podNames(now)) parts.push('other pods');
  if (before.scope.reach !== now.scope.reach) parts.push(`reaches ${now.scope.reach}`);
  return parts.length === 0 ? undefined : parts.join(', ');
}

function podNames({ scope }: Incident): string {
  return scope.pods
    .map(({ namespace, name, container }) => `${namespace}/${name}/${container ?? ''}`)
    .sort()
    .join(' ');
}
