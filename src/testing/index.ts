/** A replayed cluster for tests and demonstrations: `pullwhy/testing`. */
export type { Fault, InjectedFault, RequestMatch } from './faults.ts';
export type { ReplayedNode } from './node-proxy.ts';
export { Playback, readWatch, type TimedChange } from './playback.ts';
export type { PodRun, RunPod } from './pod-writes.ts';
export { type ReplayOptions, type ReplayServer, type Served, startReplayServer } from './replay-server.ts';
export type { RawObject } from './store.ts';
