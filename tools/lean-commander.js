// Commander can hand a subcommand over to another program. None of ours is one, and what it loads for that takes a
// twentieth of the time of `--version`: it is left out of the bundle.
const COMMANDER = /commander[/\\]lib[/\\]command\.js$/;
const EMPTY = '\0unused-by-commander';

export const leanCommander = {
  name: 'lean-commander',
  resolveId: (source, importer) => (source === 'node:child_process' && COMMANDER.test(importer ?? '') ? EMPTY : null),
  load: (id) => (id === EMPTY ? 'module.exports = {};' : null),
};
