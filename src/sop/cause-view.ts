import type { Incident, ReportRemedy } from '../core/report.ts';
import type { Json, KnownIssue } from '../core/sop/procedure.ts';
import type { RootCause, RunEvidence } from '../core/sop/run.ts';
import type { Actions } from './root-causes.ts';

type View = { readonly [name: string]: Json };

/** A root cause as the last page of a procedure names its parts: `${cause.statement}`, `${cause.fix.immediate}`. */
export function causeView(
  root: RootCause,
  actions: Actions,
  evidence: readonly RunEvidence[],
  issues: readonly KnownIssue[],
): View {
  const { incident } = root;
  const cited = evidence.filter(({ ref }) => root.evidence.includes(ref));
  return {
    statement: root.statement,
    ...root.cause,
    class: root.cause.class ?? 'config',
    verdict: root.verdict,
    severity: (root.severity ?? 'unknown').toUpperCase(),
    step: root.step,
    findings: cited.map(({ ref, content }) => ({ type: 'finding', id: ref, content })),
    evidence: cited.map(({ ref, content }) => `[${ref}] ${content}`),
    issues: issues.filter(({ causes }) => causes.includes(root.cause.id)).map(({ resolution }) => resolution),
    files: issues.filter(({ causes }) => causes.includes(root.cause.id)).flatMap(({ files }) => files),
    fix: fixView(actions.remedies),
    verify: actions.verify.map(({ command, expect }) => `${command}  # expect: ${expect}`),
    prevention: actions.prevention,
    longTerm: actions.prevention.join(' '),
    escalate: actions.escalate.map(({ when, to, met }) => `${met === true ? 'now: ' : ''}${when} → ${to}`),
    ...(incident === undefined ? NOTHING : incidentView(incident)),
  };
}

const NOTHING: View = {
  pods: [],
  workloads: [],
  impact: [],
  alternatives: [],
  ruledOut: [],
  overruled: [],
  correlation: [],
  unknowns: [],
};

function incidentView(incident: Incident): View {
  return {
    pods: incident.scope.pods.map(({ namespace, name, container }) =>
      container === undefined ? `${namespace}/${name}` : `${namespace}/${name} (${container})`,
    ),
    workloads: incident.scope.workloads,
    nodes: incident.scope.nodes,
    reach: incident.scope.reach,
    impact: incident.impact,
    ...(incident.toDecide === undefined ? {} : { toDecide: incident.toDecide }),
    ...(incident.nextRetryAt === undefined ? {} : { nextRetryAt: incident.nextRetryAt }),
    alternatives: incident.alternatives.map(
      ({ cause, verdict, note }) => `${cause} (${verdict})${note === undefined ? '' : `: ${note}`}`,
    ),
    ruledOut: incident.ruledOut.map(({ cause, note }) => `${cause}: ${note}`),
    overruled: incident.overruled.map(({ said, note }) => `"${said}": ${note}`),
    correlation: incident.correlation.map(({ note }) => note),
    unknowns: incident.unknowns.map(({ what, why }) => `${what}: ${why}`),
    chain: incident.chain.map(({ link, status }) => `${link} ${status}`).join(', '),
    ...contextView(incident),
  };
}

/** What an operator changes comes before what only looks. */
function fixView(remedies: readonly ReportRemedy[]): View {
  const [first, ...rest] = remedies.filter(({ safety }) => safety !== 'green');
  const place = first?.file ?? first?.places?.[0];
  return {
    ...(first === undefined ? {} : { immediate: `${capital(first.owner)}: ${first.title}`, safety: first.safety }),
    ...(first?.note === undefined ? {} : { note: first.note }),
    ...(place === undefined ? {} : { file: `${place.path}:${place.line}` }),
    commands: first?.commands ?? [],
    otherwise: rest.map(({ owner, title, safety }) => `${capital(owner)}: ${title} (${safety})`),
    look: remedies
      .filter(({ safety }) => safety === 'green')
      .map(({ title, commands }) => [title, ...commands].join(': ')),
  };
}

function contextView({ context, scope }: Incident): View {
  const { image, runtime, kubelet, pullPolicy, serviceAccount, imagePullSecrets } = context;
  const shown = image ?? scope.pods[0]?.image;
  return {
    ...(shown === undefined ? {} : { image: shown }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(kubelet === undefined ? {} : { kubelet }),
    ...(pullPolicy === undefined ? {} : { pullPolicy }),
    ...(serviceAccount === undefined ? {} : { serviceAccount: serviceAccount.name }),
    ...(serviceAccount?.imagePullSecrets === undefined ? {} : { accountSecrets: serviceAccount.imagePullSecrets }),
    ...(imagePullSecrets === undefined
      ? {}
      : {
          podSecrets: imagePullSecrets.map(({ name, state, type, hosts, note }) =>
            [name, state, type, hosts === undefined ? undefined : `hosts ${hosts.join(' ') || 'none'}`, note]
              .filter((part) => part !== undefined)
              .join('; '),
          ),
        }),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
