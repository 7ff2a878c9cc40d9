import { describe, expect, it } from 'vitest';
import { loadProcedures } from './load.ts';
import { matchProcedures } from './match.ts';

const { procedures } = await loadProcedures();

const best = (wanted: Parameters<typeof matchProcedures>[1]) => matchProcedures(procedures, wanted)[0]?.id;

describe('matchProcedures', () => {
  it('lists all when nothing is asked, the most severe first', () => {
    const all = matchProcedures(procedures, {});
    expect(all).toHaveLength(procedures.length);
    expect(all[0]).toMatchObject({ severity: 'critical', reasons: [] });
  });

  it.each([
    ['KubePodImagePullBackOff', 'KubePodImagePullBackOff'],
    ['alertname="KubePodNotReady"', 'KubePodImagePullBackOff'],
    ['kube_pod_container_status_waiting_reason{namespace="shop",reason="ErrImagePull"}', 'TSG-POD-IMAGEPULL-001'],
    ['kubelet_runtime_operations_errors_total', 'C1'],
  ])('signal %s leads to %s', (signal, id) => {
    expect(best({ signal })).toBe(id);
  });

  it.each(['kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}', 'NodeDown', '', '{}'])(
    'signal %j leads nowhere',
    (signal) => {
      expect(best({ signal })).toBeUndefined();
    },
  );

  it.each([
    [
      'rpc error: code = Unknown desc = failed to pull and unpack image "registry.acme.example/a:1": unexpected status',
      'C1',
    ],
    ['remote error: tls: handshake failure', 'GITOPS-IMAGE-PULL'],
    ['a rollout does not get its new pods', 'C1'],
    ['No space left', 'C1'],
    ['we want to ask an expert for help', 'IMAGE-PULL-PROMPT'],
    ['please follow tsg-pod-imagepull-001', 'TSG-POD-IMAGEPULL-001'],
  ])('%j leads to %s', (symptom, id) => {
    expect(best({ symptom })).toBe(id);
  });

  it('gives the reason with each', () => {
    const [first] = matchProcedures(procedures, { symptom: 'HTTP 403 FORBIDDEN: no' });
    expect(first?.reasons).toContain('the text holds "403 Forbidden"');
  });

  it.each(['', 'the disk of my laptop is slow', 'x'.repeat(1_000_000)])(
    'finds nothing for unrelated text',
    (symptom) => {
      expect(matchProcedures(procedures, { symptom })).toEqual([]);
    },
  );
});
