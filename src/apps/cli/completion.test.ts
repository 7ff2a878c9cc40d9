import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionScript, completions } from './completion.ts';

/** A small tree like ours: a default command, one that takes causes, one with commands below it. */
function tree(): Command {
  const node = new Command('node')
    .addCommand(new Command('collect').option('--node <name>'))
    .addCommand(new Command('status').option('--from <path>'));
  const program = new Command('pullwhy')
    .addCommand(new Command('diagnose').option('-n, --namespace <name>').option('--wait'), { isDefault: true })
    .addCommand(new Command('explain'))
    .addCommand(node)
    .addCommand(new Command('__complete'));
  return program;
}

const CAUSES = ['tag-not-found', 'tls-expired'];

/** What bash offers after some words, the last of them unfinished. */
function offered(...words: string[]): string[] {
  const script = `${completionScript('bash', tree(), CAUSES)}
COMP_WORDS=(pullwhy "$@"); COMP_CWORD=$#; _pullwhy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('/bin/bash', ['-c', script, 'bash', ...words], {
    cwd: '/proc/self/fd',
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '' && !/^\d+$/.test(line));
}

describe('completion', () => {
  it.each([
    [[''], ['diagnose', 'explain', 'node']],
    [['no'], ['node']],
    [
      ['diagnose', '--'],
      ['--namespace', '--wait'],
    ],
    [['diagnose', 'pod/x', '--w'], ['--wait']],
    [['explain', 'ta'], ['tag-not-found']],
    [
      ['node', ''],
      ['collect', 'status'],
    ],
    [['node', 'collect', '--'], ['--node']],
    [['node', 'status', '--from', 'x', '--'], ['--from']],
  ])('in bash after %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it.each([
    [[''], ['diagnose', 'explain', 'node', ':4']],
    [['d'], ['diagnose', ':4']],
    [
      ['pod/x', '--w'],
      ['--wait', ':4'],
    ],
    [
      ['node', ''],
      ['collect', 'status', ':4'],
    ],
    [
      ['node', 'collect', '--n'],
      ['--node', ':4'],
    ],
    [['node', 'collect', 'x', ''], [':0']],
    [['diagnose', 'pod/'], [':0']],
  ])('as a plugin of kubectl after %j', (words, expected) => {
    expect(completions(tree(), words).split('\n')).toEqual(expected);
  });

  it('has scripts for zsh and fish, and none for other shells', () => {
    expect(completionScript('zsh', tree(), CAUSES)).toContain('bashcompinit');
    expect(completionScript('fish', tree(), CAUSES)).toContain(
      'complete -c pullwhy -n "__fish_seen_subcommand_from node; and __fish_seen_subcommand_from collect" -l node',
    );
    expect(completionScript('constructor', tree(), CAUSES)).toBeUndefined();
  });
});
