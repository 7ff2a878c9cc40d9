import type { CauseChain, ChainLink } from '../../core/node/correlate-answer.ts';
import { type KeptEvent, lineOf } from './kept-events.ts';

const MINUTE = 60_000;
/** This many failures of one kind within the time of a burst are no accident. */
const BURST = 3;
const BURST_MS = 5 * MINUTE;

interface Step {
  readonly what: string;
  readonly kinds: readonly string[];
  /** Where its line would have stood. */
  readonly where: string;
}

interface Rule {
  readonly id: string;
  readonly title: string;
  readonly causes: readonly Step[];
  readonly effect: Step;
  /** How long before the effect a cause may lie. */
  readonly withinMs: number;
  /** What the effect must be, beyond its kind. */
  readonly holds: (effects: readonly KeptEvent[]) => boolean;
  /** The effect tells enough by itself to be shown without a line of its cause. */
  readonly speaksAlone?: (effects: readonly KeptEvent[]) => boolean;
}

const some = (effects: readonly KeptEvent[]) => effects.length > 0;

/** What leads to what in pulls, as the kubelet and the runtimes log it. */
const RULES: readonly Rule[] = [
  {
    id: 'disk-gc-sandbox',
    title: 'The disk filled up, images were collected, and the sandbox image went with them',
    causes: [
      { what: 'the disk is short of room', kinds: ['disk-pressure', 'no-space'], where: "the kubelet's log" },
      { what: 'images are removed', kinds: ['image-removed'], where: "the kubelet's or the runtime's log" },
    ],
    effect: { what: 'the sandbox image is missing', kinds: ['sandbox-image-missing'], where: "the kubelet's log" },
    withinMs: 60 * MINUTE,
    holds: some,
  },
  {
    id: 'disk-pulls',
    title: 'The disk ran out of room, and pulls fail for it',
    causes: [
      { what: 'the disk is short of room', kinds: ['disk-pressure'], where: "the kubelet's or the runtime's log" },
    ],
    effect: { what: 'pulls cannot be written', kinds: ['no-space'], where: "the kubelet's log" },
    withinMs: 10 * MINUTE,
    holds: (effects) => effects.some(({ raw }) => /pull|layer|ingest|snapshot/i.test(raw)),
  },
  {
    id: 'runtime-restart-burst',
    title: 'The runtime stopped or started anew, and pulls failed in a burst',
    causes: [
      {
        what: 'the runtime stops, starts, or does not answer',
        kinds: ['runtime-stop', 'runtime-start', 'runtime-down', 'out-of-memory'],
        where: 'the system or runtime log',
      },
    ],
    effect: {
      what: 'pulls and sandboxes fail in a burst',
      kinds: ['pull-failed', 'sandbox-failed', 'sandbox-image-missing'],
      where: "the kubelet's log",
    },
    withinMs: BURST_MS,
    holds: (effects) => isBurst(effects),
  },
  {
    id: 'dns-down',
    title: 'Name resolution of the node failed for every registry at once',
    causes: [],
    effect: { what: 'names of several registries do not resolve', kinds: ['dns-failed'], where: "the runtime's log" },
    withinMs: 0,
    holds: (effects) => new Set(effects.map(({ host }) => host)).size >= 2,
    speaksAlone: some,
  },
  {
    id: 'token-expiry',
    title: 'The login of the node failed or ran out, and the registry refused pulls in a burst',
    causes: [
      {
        what: 'a token or credential plugin fails',
        kinds: ['token-expired', 'credential-plugin-failed'],
        where: "the kubelet's log",
      },
    ],
    effect: { what: 'the registry refuses', kinds: ['auth-refused', 'token-expired'], where: "the runtime's log" },
    withinMs: 60 * MINUTE,
    holds: (effects) => isBurst(effects),
    speaksAlone: (effects) => effects.some(({ what }) => what === 'token-expired'),
  },
  {
    id: 'clock-step',
    title: 'The clock of the node was wrong, and certificates looked invalid',
    causes: [
      { what: 'the clock is set', kinds: ['clock-step'], where: 'the system log (chronyd, systemd-timesyncd, kernel)' },
    ],
    effect: { what: 'certificates are outside their time', kinds: ['certificate-time'], where: "the runtime's log" },
    withinMs: 24 * 60 * MINUTE,
    holds: some,
    speaksAlone: (effects) => effects.some(({ raw }) => /is before/.test(raw)),
  },
];

/** The chains that the events show; `matters` limits them to effects around the pivot. */
export function chainsOf(events: readonly KeptEvent[], matters: (ms: number) => boolean): readonly CauseChain[] {
  return RULES.flatMap((rule) => chainOf(rule, events, matters) ?? []);
}

function chainOf(rule: Rule, events: readonly KeptEvent[], matters: (ms: number) => boolean): CauseChain | undefined {
  const effects = events.filter(({ what, ms }) => rule.effect.kinds.includes(what) && matters(ms));
  if (!rule.holds(effects)) return undefined;
  const first = effects[0];
  if (first === undefined) return undefined;
  const links: ChainLink[] = [];
  let seen = 0;
  // From the effect back: each cause lies before the link that follows it.
  let before = first.ms;
  for (const cause of [...rule.causes].reverse()) {
    const lines = events.filter(
      ({ what, ms }) => cause.kinds.includes(what) && ms <= before && ms >= first.ms - rule.withinMs,
    );
    const nearest = lines.at(-1);
    if (nearest === undefined) links.unshift({ what: cause.what, count: 0, gap: `no such line in ${cause.where}` });
    else {
      seen += 1;
      before = nearest.ms;
      links.unshift({ what: cause.what, count: lines.length, evidence: lineOf(nearest) });
    }
  }
  if (seen === 0 && !(rule.speaksAlone?.(effects) ?? false)) return undefined;
  links.push({ what: rule.effect.what, count: effects.length, evidence: lineOf(first) });
  return { id: rule.id, title: rule.title, certainty: seen === rule.causes.length ? 'shown' : 'partly', links };
}

function isBurst(effects: readonly KeptEvent[]): boolean {
  return effects.some((event, i) => {
    const later = effects[i + BURST - 1];
    return later !== undefined && later.ms - event.ms <= BURST_MS;
  });
}
