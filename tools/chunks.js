import { resolve } from 'node:path';

// What the main job loads, in as few files as it can be: each costs Node a look-up and a read at every start.
// A stage holds what is imported statically from its modules and is in no stage before it.
const STAGES = {
  run: ['src/apps/cli/run.ts'],
  cluster: ['src/apps/cli/live.ts'],
  decode: ['src/decode/index.ts'],
  causes: ['src/causes/index.ts'],
  diagnosis: [
    'src/facts/snapshot-index.ts',
    'src/tasks/diagnose/look-further.ts',
    'src/tasks/diagnose/ask-in-cluster.ts',
    'src/tasks/diagnose/diagnose.ts',
  ],
  text: ['src/render/text.ts'],
  // A kubeconfig is read with it.
  yaml: ['src/core/yaml.ts'],
  offline: ['src/apps/cli/offline.ts'],
};

/** Groups for `output.codeSplitting` of rolldown. */
export function commandChunks() {
  let stages;
  const stageOf = (id, graph) => {
    stages ??= assign(graph);
    return stages.get(id) ?? null;
  };
  // In this order: a group takes along what its modules import, unless a group before it has it.
  return Object.keys(STAGES).map((stage) => ({
    debugName: stage,
    name: (id, graph) => (stageOf(id, graph) === stage ? stage : null),
  }));
}

function assign(graph) {
  const stages = new Map();
  for (const [name, roots] of Object.entries(STAGES)) {
    for (const id of reachable(roots, graph)) if (!stages.has(id)) stages.set(id, name);
  }
  return stages;
}

function reachable(roots, graph) {
  const seen = new Set();
  const queue = roots.map((root) => resolve(root));
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return seen;
}
