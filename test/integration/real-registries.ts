// Real registries with real faults on loopback, asked by the probe and by Debian's containerd: both must find the truth.
// Run: node tools/run.mjs test/integration/real-registries.ts. Ends with 3 where something that it needs is not to be had.
import { readFileSync } from 'node:fs';
import { decodeText } from '../../src/tasks/decode-text.ts';
import { probeImage } from '../../src/tasks/probe-image.ts';
import { type Containerd, startContainerd } from './parts/containerd.ts';
import { folderOfRun, prepareNetwork, runApart } from './parts/isolation.ts';
import { bothTogether, probeAlone, type Setting } from './parts/judge.ts';
import { installMissing } from './parts/packages.ts';
import { stopAll } from './parts/processes.ts';
import { startNameServer, startRegistries } from './parts/registries.ts';
import { type Scenario, scenarios } from './parts/scenarios.ts';
import { type Check, printTable, type Row } from './parts/table.ts';

const CANNOT = 3;
const AT_ONCE = 4;
const SECONDS = 30;

const folder = folderOfRun();
process.exitCode = folder === undefined ? await outside() : await inside(folder).finally(stopAll);
if (folder !== undefined) process.exit();

async function outside(): Promise<number> {
  const missing = installMissing();
  if (missing.length > 0) {
    process.stderr.write(`not tested: ${missing.join(', ')} missing: apt-get install ${missing.join(' ')}\n`);
    return CANNOT;
  }
  const code = await runApart();
  if (code === undefined)
    process.stderr.write(
      'not tested: no network namespace can be made here (unshare --mount --net --pid): run as root\n',
    );
  return code ?? CANNOT;
}

async function inside(folder: string): Promise<number> {
  prepareNetwork(folder);
  await startNameServer(folder);
  const { hosts, authorities, nginxLog } = await startRegistries(folder);
  const node = await startContainerd(folder).catch((error: Error) => {
    process.stdout.write(`containerd does not run here, so its texts are not tested: ${error.message}\n`);
    return undefined;
  });
  const setting = { folder, authorities, runtime: node?.version ?? '1.6.20' };
  const all = scenarios(hosts, authorities);
  const rows = await inParallel(all, (scenario, number) => judge(scenario, number, setting, node));
  const { passed, failed } = printTable(
    [...rows, ...(await nearMisses(hosts.open, authorities)), strangers(nginxLog)],
    node?.version,
  );
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function judge(scenario: Scenario, number: number, setting: Setting, node: Containerd | undefined): Promise<Row> {
  const { truth, image, login, seconds = SECONDS } = scenario;
  tellNode(scenario, setting, node);
  const [probed, byCri, byCtr] = await Promise.all([
    probeAlone(scenario, setting),
    node?.cri(image, login, seconds),
    node?.ctr(image, login, seconds),
  ]);
  const { kind, problem } = probed.outcome;
  const wanted = scenario.probe;
  const probeCheck: Check = {
    found: problem === undefined ? kind : `${kind} (${problem})`,
    good: kind === wanted.kind && (wanted.problem === undefined || problem === wanted.problem),
    said: probed.outcome.said,
  };
  if (node === undefined) return { truth, checks: [probeCheck] };
  const texts = [checkText(byCri, scenario), checkText(byCtr, scenario)];
  if (scenario.both === undefined || byCri === undefined) return { truth, checks: [probeCheck, ...texts] };
  const { cause, verdict } = await bothTogether(scenario, byCri, setting, number);
  const both = {
    found: `${cause}, ${verdict}`,
    good: cause === scenario.both && verdict === (scenario.verdict ?? 'confirmed'),
    said: byCri,
  };
  return { truth, checks: [probeCheck, ...texts, both] };
}

function checkText(text: string | undefined, { text: wanted }: Scenario): Check {
  if (text === undefined) return { found: 'pulled', good: wanted.length === 0, said: 'the pull worked' };
  const { cause } = decodeText(text);
  return { found: cause, good: wanted.includes(cause), said: text };
}

/** Without a hosts.toml, the certificates of the folder are trusted (containerd, docs/hosts.md). */
function tellNode({ image, hostsToml, untrusting }: Scenario, { authorities }: Setting, node: Containerd | undefined) {
  const host = image.split('/')[0] ?? '';
  if (hostsToml !== undefined) node?.about(host, 'hosts.toml', hostsToml);
  else if (untrusting !== true) node?.about(host, 'ca.crt', readFileSync(authorities, 'utf8'));
}

/** Names that are a slip away from what is there. */
async function nearMisses(open: string, authorities: string): Promise<readonly Row[]> {
  const ask = (image: string) =>
    probeImage(image, { userNamed: true, allowPrivate: true, env: {}, caFile: authorities });
  const [host, repository, tag] = await Promise.all([
    ask('ghrc.io/shop/api:1.0'),
    ask(`${open}/shop/apii:1.0`),
    ask(`${open}/shop/api:v1.0`),
  ]);
  const row = (truth: string, found: string, wanted: string): Row => ({
    truth,
    checks: [{ found, good: found === wanted, said: `wanted ${wanted}` }],
  });
  return [
    row('a host with a slip', `${host.meant?.image} ${host.meant?.found}`, 'ghcr.io/shop/api:1.0 true'),
    row('a repository with a slip', repository.nearRepositories[0] ?? 'nothing', 'shop/api'),
    row('a tag written otherwise', tag.nearTags[0] ?? 'nothing', '1.0'),
  ];
}

/** None of nginx's hosts was ever meant to have a login; the probe must not have brought one. */
function strangers(log: string): Row {
  const lines = readFileSync(log, 'utf8').split('\n');
  const ours = lines.filter((line) => line.split('|')[1] === 'pullwhy');
  const told = ours.filter((line) => line.split('|')[2] !== '-');
  const check = { found: `${told.length} of ${ours.length} requests`, good: told.length === 0 && ours.length > 10 };
  return { truth: 'logins that went to hosts they are not for', checks: [{ ...check, said: told[0] ?? 'none' }] };
}

async function inParallel(items: readonly Scenario[], work: (item: Scenario, number: number) => Promise<Row>) {
  const rows: Row[] = [];
  let next = 0;
  const run = async () => {
    for (let at = next++; at < items.length; at = next++) rows[at] = await work(items[at] as Scenario, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return rows;
}
