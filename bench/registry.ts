// Time and memory of asking registries: an audit of 1,000 pods with 200 images, and registries that mean harm.
// Run: node tools/run.mjs bench/registry.ts. Ends with 1 where a limit is not kept.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Pod, Secret } from '../src/core/objects.ts';
import type { Snapshot } from '../src/core/snapshot.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type Handler,
  serve,
  withBasic,
} from '../src/sources/registry/fake-registry.fixture.ts';
import { audit } from '../src/tasks/audit/audit.ts';
import { probeImage } from '../src/tasks/probe-image.ts';
import { HOSTILE } from './registry-hostile.ts';

const PODS = 1_000;
const IMAGES = 200;
const LATENCY_MS = 20;
const AUDIT_SECONDS = 20;
const MAX_MIB = 150;
/** The probe's own limit in this run, and what may come on top of it. */
const DEADLINE_MS = 5_000;
const GRACE_MS = 2_000;
const PASSWORD = 'canary-Passw0rd';
const AUDIT = 'audit';

const REACH = { caFile: CA_FILE, env: {}, resolve: async () => ['127.0.0.1'] };

interface Measured {
  readonly ms: number;
  readonly mib: number;
  readonly said: string;
}

const [role, what = '', port = ''] = process.argv.slice(2);
if (role === 'serve') await runServer(what);
else if (role === 'ask') await runClient(what, Number(port));
else process.exitCode = await runAll();

async function runAll(): Promise<number> {
  let failures = 0;
  const row = (name: string, good: boolean, { ms, mib, said }: Measured) => {
    if (!good) failures += 1;
    const figures = `${(ms / 1000).toFixed(1).padStart(5)} s ${mib.toFixed(0).padStart(4)} MiB`;
    console.log(`${good ? 'ok  ' : 'FAIL'} ${name.padEnd(36)} ${figures}  ${said}`);
  };
  const audited = await measure(AUDIT);
  row(
    `audit: ${PODS} pods, ${IMAGES} images`,
    audited.ms <= AUDIT_SECONDS * 1000 && audited.mib < MAX_MIB && audited.said === `${IMAGES} asked, 0 errors`,
    audited,
  );
  for (const name of Object.keys(HOSTILE)) {
    const measured = await measure(name);
    row(name, measured.ms <= DEADLINE_MS + GRACE_MS && measured.mib < MAX_MIB && measured.said !== '', measured);
  }
  return failures === 0 ? 0 : 1;
}

/** Server and client run by themselves, so that the memory is the client's alone. */
async function measure(name: string): Promise<Measured> {
  const server = child('serve', name);
  try {
    const client = child('ask', name, await firstLine(server));
    return JSON.parse(await firstLine(client)) as Measured;
  } finally {
    server.kill();
  }
}

function child(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [process.argv[1] ?? '', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0] ?? '';
}

async function runServer(name: string): Promise<void> {
  const handler = name === AUDIT ? slowRegistry() : HOSTILE[name]?.();
  if (handler === undefined) throw new Error(`no such registry: ${name}`);
  const server = await serve(name, handler);
  process.stdout.write(`${server.port}\n`);
  await once(process, 'SIGTERM');
  process.exit();
}

function slowRegistry(): Handler {
  const content = new ContentBuilder();
  for (let index = 0; index < IMAGES; index += 1) content.image(`shop/app-${index}`, '1');
  const answer = withBasic('ci', PASSWORD, contentHandler(content));
  return (request, response, url) => {
    setTimeout(() => answer(request, response, url), LATENCY_MS);
  };
}

async function runClient(name: string, at: number): Promise<void> {
  const host = `registry.acme.example:${at}`;
  const started = performance.now();
  const said = await (name === AUDIT ? askForAll(host) : askHostile(host));
  const ms = performance.now() - started;
  const mib = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ms, mib, said })}\n`);
  process.exit();
}

async function askForAll(host: string): Promise<string> {
  const options = { ...REACH, registry: true, allowPrivate: true, now: new Date().toISOString() };
  const { summary } = await audit(runningPods(host), options);
  return `${summary.asked} asked, ${summary.errors} errors`;
}

async function askHostile(host: string): Promise<string> {
  const image = `${host}/shop/api:1.0`;
  const answer = await probeImage(image, { ...REACH, userNamed: true, limits: { totalMs: DEADLINE_MS } });
  return (answer.probe?.outcome.said ?? '').slice(0, 90);
}

function runningPods(host: string): Snapshot {
  const pods = Array.from({ length: PODS }, (_, index) => pod(index, `${host}/shop/app-${index % IMAGES}:1`));
  const objects = [...pods, secretFor(host)].map((object, index) => ({
    id: `o${index}`,
    object,
    view: 'full' as const,
    locator: 'bench',
  }));
  return { source: { kind: 'bundle', names: [] }, objects, logs: [], texts: [], coverage: [], gaps: [] };
}

function metadata(name: string) {
  return { name, namespace: 'shop', labels: {}, annotations: {}, ownerReferences: [] };
}

function pod(index: number, image: string): Pod {
  const status = { name: 'app', role: 'main' as const, image, state: {}, lastState: {} };
  return {
    kind: 'Pod',
    metadata: metadata(`app-${index}`),
    spec: {
      containers: [{ name: 'app', role: 'main', image, mounts: [] }],
      imageVolumes: [],
      imagePullSecrets: ['regcred'],
      nodeName: `node-${index % 20}`,
    },
    status: { phase: 'Running', conditions: [], containers: [status] },
  };
}

function secretFor(host: string): Secret {
  const config = JSON.stringify({ auths: { [host]: { username: 'ci', password: PASSWORD } } });
  return {
    kind: 'Secret',
    metadata: metadata('regcred'),
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}
