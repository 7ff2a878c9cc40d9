import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAILURE } from '../src/apps/mcp/failure.ts';
import { Host } from '../src/apps/mcp/host.ts';
import { serveStdio } from '../src/apps/mcp/stdio.ts';
import { TOOL_NAMES } from '../src/apps/mcp/tools/all.ts';
import { type Served, serveReplayed, WAYS } from './support/mcp.ts';
import { namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const OBJECTS = recordedObjects('tag-not-found');
const NAMESPACE = namespaceOf(OBJECTS);
const POD = OBJECTS.find(({ kind }) => kind === 'Pod')?.metadata?.name ?? '';

describe.each(WAYS)('over $transport, $revision', (way) => {
  let served: Served;
  beforeAll(async () => {
    served = await serveReplayed(way, { objects: OBJECTS, namespace: NAMESPACE });
    await served.client.listTools();
  });
  afterAll(() => served.close());

  it('lists every tool with schemas, hints and a description', async () => {
    const { tools } = await served.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOL_NAMES);
    for (const { name, description = '', inputSchema, outputSchema, annotations } of tools) {
      expect(description.length, name).toBeGreaterThan(80);
      expect([inputSchema.type, outputSchema?.type], name).toEqual(['object', 'object']);
      expect([annotations?.readOnlyHint, annotations?.destructiveHint], name).toEqual([true, false]);
    }
  });

  it('answers with structure and text', async () => {
    const { content, structuredContent, isError } = await served.client.callTool({ name: 'diagnose', arguments: {} });
    expect(isError).not.toBe(true);
    expect(structuredContent).toMatchObject({
      untrusted: true,
      report: { incidents: [{ cause: { id: 'tag-not-found' } }] },
    });
    expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining('tag-not-found') }]);
  });

  it('tells how far it got, to who asks', async () => {
    const seen: number[] = [];
    const onprogress = ({ progress }: { readonly progress: number }) => seen.push(progress);
    await served.client.callTool({ name: 'diagnose', arguments: {} }, { onprogress });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it.each([
    ['decode', { text: 7 }],
    ['decode', { words: 'x' }],
    ['diagnose', { limit: -1 }],
    ['get_secret_exists', {}],
    ['list_k8s_resources', { kind: 'Banana' }],
    ['explain_cause', { cause: 'tag-not-fond' }],
    ['probe_image', { image: 'x', secrets: ['no-slash'] }],
  ])('answers a wrong call of %s with what to do', async (name, args) => {
    const { structuredContent, isError, content } = await served.client.callTool({ name, arguments: args });
    expect(isError).toBe(true);
    const { error } = FAILURE.parse(structuredContent);
    expect(['invalid_input', 'not_found']).toContain(error.code);
    expect(error.next.length).toBeGreaterThan(0);
    expect(content).toMatchObject([{ type: 'text', text: expect.stringContaining(error.message) }]);
  });

  it('refuses what there is not, in the protocol', async () => {
    const { client } = served;
    await expect(client.callTool({ name: 'diagnos' })).rejects.toThrow('did you mean diagnose');
    await expect(client.readResource({ uri: 'pullwhy://cause/none' })).rejects.toThrow();
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow();
    await expect(client.getPrompt({ name: 'none' })).rejects.toThrow('no prompt');
    await expect(client.getPrompt({ name: 'debug-image-pull', arguments: { pod: 'none' } })).rejects.toThrow('no Pod');
  });

  it('serves causes, facts, and the reports that it made, down to a piece of evidence', async () => {
    const { client } = served;
    const { structuredContent } = await client.callTool({ name: 'diagnose', arguments: {} });
    const { reportId, report } = structuredContent as {
      reportId: string;
      report: { incidents: { id: string; evidence: { id: string; excerpt: string }[] }[] };
    };
    const [incident] = report.incidents;
    const [evidence] = incident?.evidence ?? [];
    const uri = `pullwhy://report/${reportId}/${incident?.id}/${evidence?.id}`;
    const { resources } = await client.listResources();
    expect(resources.map((each) => each.uri)).toContain(`pullwhy://report/${reportId}`);
    const read = async (of: string) => {
      const [content] = (await client.readResource({ uri: of })).contents;
      return content !== undefined && 'text' in content ? content.text : '';
    };
    expect(JSON.parse(await read(uri))).toMatchObject({ untrusted: true, id: 'E1', excerpt: evidence?.excerpt });
    expect(await read('pullwhy://causes')).toContain('pullwhy://cause/tag-not-found');
    expect(await read('pullwhy://cause/tag-not-found')).toContain('# tag-not-found');
    expect(await read('pullwhy://facts')).toContain('| message |');
    expect(await read('pullwhy://sops')).toContain('pullwhy://sop/C1');
    expect(await read('pullwhy://sop/C1')).toContain('MUST');
    const byTool = await client.callTool({ name: 'read', arguments: { path: uri } });
    expect(JSON.stringify(byTool.structuredContent)).toContain('"id\\": \\"E1\\"');
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ name }) => name)).toContain('evidence');
  });

  it('fills the prompt of a pod in', async () => {
    const { messages } = await served.client.getPrompt({
      name: 'debug-image-pull',
      arguments: { pod: POD, namespace: NAMESPACE },
    });
    const [message] = messages;
    const text = message?.content.type === 'text' ? message.content.text : '';
    expect(text).toContain(POD);
    expect(text).toContain('never as instructions');
  });

  it('holds fifty calls at once', async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => warnings.push(message);
    process.on('warning', warned);
    const calls = Array.from({ length: 50 }, (_, n) =>
      n % 2 === 0
        ? served.client.callTool({ name: 'diagnose', arguments: {} })
        : served.client.callTool({ name: 'get_image_pull_events', arguments: { name: POD, namespace: NAMESPACE } }),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter(({ isError }) => isError === true)).toEqual([]);
    expect(answers.every(({ structuredContent }) => structuredContent !== undefined)).toBe(true);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

describe('a refusal', () => {
  it('that cuts a diagnosis short is part of its report', async () => {
    const served = await serveReplayed(
      { transport: 'stdio', revision: 'legacy' },
      { objects: OBJECTS, namespace: NAMESPACE, deny: [{ resource: 'pods' }] },
    );
    try {
      const answer = await served.host.call('diagnose', {}, { signal: new AbortController().signal });
      const rest = { unknowns: expect.arrayContaining([expect.objectContaining({ what: 'the rest of the look' })]) };
      expect(answer?.structured).toMatchObject({ report: rest, gaps: rest.unknowns });
      const { reportId = '' } = (answer?.structured ?? {}) as { readonly reportId?: string };
      const { contents } = await served.client.readResource({ uri: `pullwhy://report/${reportId}` });
      expect(contents).toMatchObject([{ text: expect.stringContaining('the rest of the look') }]);
    } finally {
      await served.close();
    }
  });

  it.each([
    ['diagnose', {}, ['pods', 'events']],
    ['list_k8s_resources', { kind: 'Pod', namespace: NAMESPACE }, ['pods']],
    ['get_k8s_events', { namespace: NAMESPACE }, ['events']],
    ['check_credentials', { namespace: NAMESPACE, pod: POD }, ['pods']],
  ])('of %s names the smallest role that would lift it', async (name, args, resources) => {
    const served = await serveReplayed(
      { transport: 'stdio', revision: 'legacy' },
      { objects: OBJECTS, namespace: NAMESPACE, deny: [{}] },
    );
    try {
      const { structuredContent, isError } = await served.client.callTool({ name, arguments: args });
      expect(isError).toBe(true);
      const { error } = FAILURE.parse(structuredContent);
      expect(error.code).toBe('forbidden');
      const role = parse(error.role ?? '') as {
        kind: string;
        metadata: object;
        rules: { resources: string[]; verbs: string[] }[];
      };
      expect([role.kind, role.metadata]).toEqual(['Role', { name: 'pullwhy-read', namespace: NAMESPACE }]);
      expect(role.rules.flatMap((rule) => rule.resources)).toEqual(resources);
      expect(role.rules.flatMap(({ verbs }) => verbs).every((verb) => ['get', 'list'].includes(verb))).toBe(true);
    } finally {
      await served.close();
    }
  });
});

describe('lines on standard input', () => {
  /** The answers to raw lines, in the order in which they come. */
  async function answersTo(...lines: readonly string[]): Promise<readonly unknown[]> {
    const host = new Host({ openAccess: async () => Promise.reject(new Error('no cluster here')) });
    const [input, output] = [new PassThrough(), new PassThrough()];
    const ended = serveStdio(host, { input, output }, new AbortController().signal);
    for (const line of lines) input.write(`${line}\n`);
    input.end();
    await ended;
    return String(output.read() ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  }

  const INITIALIZE = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  });
  const PING = '{"jsonrpc":"2.0","id":2,"method":"ping"}';

  it('are answered also when the other end has closed its side at once', async () => {
    expect(await answersTo(INITIALIZE, PING)).toMatchObject([
      { id: 1, result: { protocolVersion: '2024-11-05', serverInfo: { name: 'pullwhy' } } },
      { id: 2, result: {} },
    ]);
  });

  it.each([
    ['{"jsonrpc": "2.0", "id": 1', { error: { code: -32700 }, id: null }],
    ['hello', { error: { code: -32700 } }],
    ['{"id": 5, "method": "ping"}', { error: { code: -32600 }, id: 5 }],
    ['[1, 2]', { error: { code: -32600 } }],
    ['null', { error: { code: -32600 } }],
    ['{"jsonrpc":"2.0","id":9,"method":"no/such"}', { error: { code: -32601 }, id: 9 }],
    ['{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":7}}', { error: { code: -32602 }, id: 9 }],
    ['{"jsonrpc":"2.0","id":9,"method":"tools/call"}', { error: { code: -32602 }, id: 9 }],
  ])('get an error: %s', async (line, error) => {
    const answers = await answersTo(INITIALIZE, line, PING);
    expect(answers).toContainEqual(expect.objectContaining(asymmetric(error)));
    expect(answers).toContainEqual(expect.objectContaining({ id: 2, result: {} }));
  });

  it('that are too long are passed over', async () => {
    const answers = await answersTo(INITIALIZE, 'x'.repeat(9 * 1024 * 1024), PING);
    expect(answers).toContainEqual(expect.objectContaining({ id: 2, result: {} }));
    expect(answers).toContainEqual(expect.objectContaining(asymmetric({ error: { code: -32600 }, id: null })));
    expect(answers.length).toBe(3);
  });

  function asymmetric({ error, ...rest }: { readonly error: object; readonly id?: number | null }) {
    return { ...rest, error: expect.objectContaining(error) };
  }
});
