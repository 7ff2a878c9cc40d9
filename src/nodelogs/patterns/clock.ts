import type { LogPattern } from './pattern.ts';

/** The clock of the node: chronyd, systemd-timesyncd, ntpd, the kernel. Certificates and tokens depend on it. */
export const CLOCK_PATTERNS: readonly LogPattern[] = [
  {
    id: 'clock-step',
    title: "The node's clock jumped or is wrong",
    severity: 'high',
    words: ['system clock', 'time jump', 'time has been changed', 'time reset', 'clock skew', 'no selectable sources'],
    match:
      /System clock (?:was stepped|wrong by)|(?:For|Back)ward time jump detected|Time has been changed|time reset [+-]?\d|Clock skew detected|Can't synchronise: no selectable sources/i,
  },
];
