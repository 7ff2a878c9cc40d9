import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from '../../src/facts/facts.ts';
import { openLoopback } from '../../src/sources/cluster/access.ts';
import { type ClientOptions, ClusterClient } from '../../src/sources/cluster/client.ts';
import type { Question } from '../../src/sources/cluster/question.ts';
import type { ClusterDiagnosis } from '../../src/tasks/diagnose/diagnose-cluster.ts';
import { diagnoseCluster } from '../../src/tasks/diagnose/diagnose-cluster.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../src/testing/replay-server.ts';
import type { RawObject } from '../../src/testing/store.ts';

export const RECORDINGS = 'fixtures/recordings';

/** Scenarios whose objects were recorded. */
export function scenarios(): string[] {
  return readdirSync(RECORDINGS).filter((name) => existsSync(join(RECORDINGS, name, 'objects.json')));
}

export function objectsFile(scenario: string): string {
  return join(RECORDINGS, scenario, 'objects.json');
}

export function recordedObjects(scenario: string): RawObject[] {
  return (JSON.parse(readFileSync(objectsFile(scenario), 'utf8')) as { items: RawObject[] }).items;
}

/** The one namespace of a recording. */
export function namespaceOf(objects: readonly RawObject[]): string {
  return objects.find((object) => object.kind === 'ServiceAccount')?.metadata?.namespace ?? 'default';
}

export interface LiveRun extends ClusterDiagnosis {
  readonly server: ReplayServer;
  /** Requests as the server saw them. */
  readonly paths: readonly string[];
  readonly requests: number;
}

export interface LiveOptions extends ReplayOptions {
  readonly client?: ClientOptions;
  readonly select?: (subject: Subject) => boolean;
}

/** Serves objects on loopback and asks a question about them, as the command would. */
export async function askLive(question: Question, options: LiveOptions): Promise<LiveRun> {
  const { client: clientOptions, select = () => true, ...replay } = options;
  const server = await startReplayServer(replay);
  const access = openLoopback(server.url, 'replay');
  const client = new ClusterClient(access, clientOptions);
  try {
    const now = () => (typeof options.now === 'function' ? options.now() : options.now) ?? new Date().toISOString();
    const diagnosis = await diagnoseCluster(client, question, { now, select: () => select });
    return {
      ...diagnosis,
      server,
      requests: client.requests,
      paths: server.requests.map(({ verb, path }) => `${verb} ${path}`),
    };
  } finally {
    access.close();
    await server.close();
  }
}
