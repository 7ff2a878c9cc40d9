import type { Judgement } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import type { RuntimeLog } from '../../facts/runtime-log.ts';
import { defineCause } from '../define.ts';
import { failingHost, hostRole, imageHost, isPublicRegistry, sameHost } from '../shared/failing-host.ts';
import { onNode, pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  /** The host that the image names, whose pulls a mirror should serve. */
  readonly host: string | Placeholder;
  /** The configuration file at fault, when known. */
  readonly file?: string;
  readonly mirror?: string;
  /** Why the file has no effect. */
  readonly why?: string;
  readonly flaw: 'unreadable' | 'no-host' | 'unused' | 'mirror-answers-wrong' | 'mirror-unusable' | 'suspected';
}

interface Finding {
  readonly verdict: Judgement['verdict'];
  readonly because: readonly EvidenceId[];
  readonly flaw: Params['flaw'];
  readonly file?: string;
  readonly mirror?: string;
  readonly why?: string;
  readonly note: string;
}

/** The runtime itself said that it cannot use its registry configuration. */
function unreadable(witness: Witness | undefined, log: RuntimeLog | undefined): Finding | undefined {
  if (witness?.error.leaf.kind === 'mirror') {
    const { file, problem } = witness.error.leaf;
    if (problem === 'no-host')
      return finding(
        'confirmed',
        [witness.evidence],
        'no-host',
        file,
        'the runtime asked nobody: "not found" is its own word',
      );
    return finding(
      'confirmed',
      [witness.evidence],
      'unreadable',
      file,
      'the runtime rejects its registry configuration',
    );
  }
  const [first] = log?.mirrorProblems ?? [];
  if (log === undefined || first === undefined) return undefined;
  const because = log.mirrorProblems.map((problem) => problem.evidence);
  return finding(
    'confirmed',
    because,
    'unreadable',
    first.file,
    'containerd logs the error, drops the mirror and asks the host itself',
  );
}

function finding(
  verdict: Finding['verdict'],
  because: readonly EvidenceId[],
  flaw: Params['flaw'],
  file: string | undefined,
  note: string,
): Finding {
  return { verdict, because, flaw, note, ...(file === undefined ? {} : { file }) };
}

/** A transport failure: no HTTP answer can have come from that host. */
function neverAnswered(error: PullError | undefined): boolean {
  return error !== undefined && ['dns', 'dial', 'tls', 'proxy'].includes(error.leaf.kind);
}

function saysNotFound({ leaf }: PullError): boolean {
  return leaf.kind === 'not-found' || (leaf.kind === 'http' && leaf.status === 404);
}

/**
 * The pod is told "not found", yet the image's own host never gave an answer: only a mirror can have said it. A path
 * in a mirror URL without override_path does this (containerd docs/hosts.md, as measured).
 */
function wrongAnswer(facts: Facts, witness: Witness, log: RuntimeLog): Finding | undefined {
  const host = imageHost(facts);
  if (host === undefined || !saysNotFound(witness.error)) return undefined;
  const upstream = log.hostsTried.find((tried) => sameHost(tried.host, host) && neverAnswered(tried.error));
  if (upstream === undefined) return undefined;
  const mirror = log.hostsTried.find((tried) => !sameHost(tried.host, host))?.host;
  return {
    verdict: 'likely',
    because: [witness.evidence, upstream.evidence],
    flaw: 'mirror-answers-wrong',
    note: `${host} itself gave no answer, so the "not found" is the word of a mirror`,
    ...(mirror === undefined ? {} : { mirror }),
  };
}

/** A file of the node is meant to lead to a mirror and has no effect; the registry itself was asked, and did not serve. */
function unused(facts: Facts, witness: Witness): Finding | undefined {
  const [first] = facts.unusedMirrors?.state === 'present' ? facts.unusedMirrors.value : [];
  const atRegistry = hostRole(facts, witness.error) === 'registry';
  if (first === undefined || !atRegistry || !(neverAnswered(witness.error) || saysNotFound(witness.error)))
    return undefined;
  const { file, why, evidence } = first;
  const note = 'the registry itself was asked, as it is where no mirror is set';
  return { ...finding('likely', [witness.evidence, evidence], 'unused', file, note), why };
}

/** The host that fails is not the image's own: a mirror entry led there. */
function unusable(facts: Facts, witness: Witness): Finding | undefined {
  const { error } = witness;
  if (hostRole(facts, error) !== 'mirror' || error.leaf.kind === 'auth' || error.leaf.kind === 'proxy')
    return undefined;
  return {
    verdict: 'possible',
    because: [witness.evidence],
    flaw: 'mirror-unusable',
    note: 'the failing host is not the one that the image names',
    ...(error.host === undefined ? {} : { mirror: error.host }),
  };
}

/** A private host that does not resolve may exist only as the name of a mirror entry. */
function suspected(facts: Facts, witness: Witness): Finding | undefined {
  const { leaf, runtime } = witness.error;
  const nameOnly =
    leaf.kind === 'dns' && leaf.problem === 'no-such-host' && hostRole(facts, witness.error) === 'registry';
  if (!nameOnly || isPublicRegistry(imageHost(facts)) || runtime === 'docker') return undefined;
  return finding(
    'possible',
    [witness.evidence],
    'suspected',
    undefined,
    'a mirror entry that is not read leaves the same text',
  );
}

/** The node is told "not found", and the registry itself has it: somebody else answered the node, or it is there since. */
function otherwiseFromHere(facts: Facts, witness: Witness): Finding | undefined {
  const answer = facts.registryAnswer;
  if (answer?.state !== 'present' || answer.value.outcome !== 'pullable' || !saysNotFound(witness.error))
    return undefined;
  const { host, vantage } = answer.value;
  const note = `${host} has the image when asked from ${vantage}: the node asks a mirror or cache, or it was pushed since`;
  return finding('possible', [witness.evidence, ...answer.because], 'suspected', undefined, note);
}

function find(facts: Facts, witness: Witness | undefined): Finding | undefined {
  const log = facts.runtimeLog.state === 'present' ? facts.runtimeLog.value : undefined;
  const said = unreadable(witness, log);
  if (said !== undefined || witness === undefined) return said;
  return (
    (log === undefined ? undefined : wrongAnswer(facts, witness, log)) ??
    unused(facts, witness) ??
    unusable(facts, witness) ??
    suspected(facts, witness) ??
    otherwiseFromHere(facts, witness)
  );
}

function overrules(found: Finding, witness: Witness | undefined) {
  const proven = found.verdict !== 'possible' && witness !== undefined && witness.error.leaf.kind !== 'mirror';
  return proven ? { overrules: [{ said: witness.error.text, because: found.because, note: found.note }] } : {};
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  const found = find(facts, witness);
  if (found === undefined) return undefined;
  const host =
    imageHost(facts) ?? (witness === undefined ? placeholder('registry') : failingHost(facts, witness.error));
  return {
    verdict: found.verdict,
    because: found.because,
    params: {
      host,
      flaw: found.flaw,
      ...(found.file === undefined ? {} : { file: found.file }),
      ...(found.mirror === undefined ? {} : { mirror: found.mirror }),
      ...(found.why === undefined ? {} : { why: found.why }),
    },
    detail: found.flaw,
    note: found.note,
    ...(found.verdict === 'confirmed' ? {} : { toDecide: readConfig(facts, host) }),
    ...overrules(found, witness),
  };
}

function readConfig(facts: Facts, host: string | Placeholder): string {
  return onNode(facts, sh`grep -rn . ${`/etc/containerd/certs.d/${words(host)}`}`);
}

function statement({ host, file, mirror, why, flaw }: Params): string {
  switch (flaw) {
    case 'unreadable':
      return `The mirror settings of ${words(host)} are ignored: the runtime cannot read ${file ?? 'its registry configuration'}`;
    case 'no-host':
      return `The mirror settings of ${words(host)} leave the runtime no host to ask: no entry has the capability that a pull needs`;
    case 'unused':
      return `${file ?? 'A mirror setting'} has no effect for ${words(host)}: ${why ?? 'the runtime does not use it'}`;
    case 'mirror-answers-wrong':
      return `A mirror${mirror === undefined ? '' : ` (${mirror})`} answers "not found" for ${words(host)}; its URL, path or override_path is wrong`;
    case 'mirror-unusable':
      return `The mirror ${mirror ?? 'of the runtime'} that should serve ${words(host)} does not work`;
    case 'suspected':
      return `${words(host)} may be meant to be served by a mirror whose entry the runtime does not use`;
  }
}

/** The node's mirror configuration sends the pull to the wrong place, or is not used at all. */
export const cause = defineCause<Params>({
  id: 'mirror-misconfigured',
  link: 'registry',
  class: 'config',
  severity: 'high',
  title: 'The mirror configuration of the runtime is wrong',
  meaning:
    'The container runtime is configured to ask a mirror for this registry, and that configuration cannot be read, is in ' +
    'the wrong place, or leads to a wrong address or path. Kubernetes shows only the last consequence: a name that does ' +
    'not resolve, "not found", or a refused login of another host. The proof is in the log and files of the node.',
  refines: [
    'dns-failure',
    'tag-not-found',
    'repository-not-found',
    'digest-not-found',
    'connection-refused',
    'connect-timeout',
    'tls-unknown-authority',
  ],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "http://192.0.2.10:30020/v2/shop/api/manifests/1.5.0?ns=registry.acme.example": dial tcp 192.0.2.10:30020: connect: connection refused',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
    {
      example:
        'level=error msg="failed to decode hosts.toml" error="failed to parse TOML: (4, 3): was expecting token ="',
      from: 'containerd log',
      gives: 'first',
    },
    {
      example:
        "loading registries configuration \"/etc/containers/registries.conf.d/mirror.conf\": toml: line 3: expected '.' or '=', but got 'l' instead",
      from: 'CRI-O',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the log of the runtime says that hosts.toml, a CA file or registries.conf cannot be used for this host',
  ],
  ruledOutBy: ['the node has no mirror entry for the host'],
  special: [
    'containerd: folder /etc/containerd/certs.d/<host>, or <host>_<port>_ and <host>:<port> with a port; then _default. The file is hosts.toml, nothing else.',
    'containerd: /v2 is added to mirror URLs unless override_path = true; config_path must be set in the section of the right configuration version.',
    'containerd 2.1 to 2.3: with the transfer service a config_path of two folders joined by a colon is ignored.',
    'CRI-O: [[registry.mirror]] in registries.conf; the upstream error stands last in the text.',
    '`ctr` does not read hosts.toml without --hosts-dir: test with crictl.',
  ],
  prevention: [
    'Test hosts.toml with `crictl pull` on one node before it goes to all.',
    'Keep the upstream reachable, or name the mirror as server on purpose.',
  ],
  sample: {
    host: placeholder('registry'),
    file: '/etc/containerd/certs.d/registry.acme.example/hosts.toml',
    flaw: 'unreadable',
  },
  judge,
  statement: (params) => sentence(statement(params)),
  remedies: ({ host, file }, facts) => [
    {
      title: 'Read what the runtime is told, and what it says about it',
      safety: 'green',
      owner: 'operator',
      commands: [
        file === undefined ? readConfig(facts, host) : onNode(facts, sh`cat ${file}`),
        onNode(facts, 'journalctl -u containerd --since -1h --no-pager --grep hosts'),
        onNode(facts, 'containerd config dump'),
      ],
      note: 'containerd reads hosts.toml at each pull; config_path only at its start.',
    },
    {
      title: `Correct ${file ?? `the mirror entry for ${words(host)}`} on every node`,
      safety: 'yellow',
      owner: 'operator',
      commands: [],
      note: 'Change it where nodes are built (bootstrap, DaemonSet, machine config), not on one node only.',
    },
  ],
  verify: (_, facts) => [{ command: pullOnNode(facts), expect: 'Image is up to date' }, podRuns(facts)],
  escalate: () => [
    {
      when: 'the configuration is right and the mirror still answers wrongly',
      to: 'the team that runs the mirror',
      collect: ['hosts.toml or registries.conf', 'log of the runtime for one pull', 'status that the mirror gives'],
    },
  ],
});
