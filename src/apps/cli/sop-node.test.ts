import { describe, expect, it } from 'vitest';
import type { CallTool } from '../../sop/call.ts';
import { refuseUnknownNode } from './sop-node.ts';

const NODES = [{ name: 'node-a' }, { name: 'node-b' }];

/** A cluster or evidence with two nodes. */
function nodes(gaps: readonly unknown[] = []): CallTool {
  return async (_, { name }) => ({
    ok: true,
    structured: { items: NODES.filter((node) => name === undefined || node.name === name), gaps },
  });
}

const FORBIDDEN: CallTool = async () => ({ ok: false, error: { code: 'forbidden', message: 'no', next: [] } });

function refusal(callTool: CallTool, wanted: { node?: string; from?: readonly string[] }): Promise<string> {
  return refuseUnknownNode(callTool, wanted, new AbortController().signal).then(
    () => 'taken',
    (error: Error) => error.message,
  );
}

describe('refuseUnknownNode', () => {
  it.each([
    ['a slip in a name', nodes(), { node: 'noed-a' }, /^no node noed-a \(did you mean node-a\?\); kubectl get nodes/],
    ['a slip, in evidence', nodes(), { node: 'node-c', from: ['x'] }, /^no node node-c in this evidence \(did you/],
    ['a node that is there', nodes(), { node: 'node-b' }, /^taken$/],
    ['an instance id', nodes(), { node: 'i-0123456789abcdef0' }, /^taken$/],
    ['no node', nodes(), {}, /^taken$/],
    ['nodes that were not collected', nodes([{ what: 'Node objects' }]), { node: 'noed-a' }, /^taken$/],
    ['nodes that may not be listed', FORBIDDEN, { node: 'noed-a' }, /^taken$/],
  ])('%s', async (_, callTool, wanted, message) => {
    expect(await refusal(callTool, wanted)).toMatch(message);
  });
});
