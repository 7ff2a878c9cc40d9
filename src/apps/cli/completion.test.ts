import { spawnSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionScript, completions } from './completion.ts';

function format(formats: string[]): Option {
  return new Option('-o, --output <format>').choices(formats);
}

/** A small tree like ours: a default command, one that takes causes, one with commands below it. */
function tree(): Command {
  const node = new Command('node')
    .addCommand(new Command('collect').option('--node <name>'))
    .addCommand(new Command('status').option('--from <path>').addOption(format(['text', 'json'])));
  const program = new Command('pullwhy')
    .addCommand(
      new Command('diagnose')
        .option('-n, --namespace <name>')
        .option('--wait')
        .addOption(format(['text', 'html'])),
      { isDefault: true },
    )
    .addCommand(new Command('explain'))
    .addCommand(new Command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh'])))
    .addCommand(node)
    .addCommand(new Command('__complete'));
  return program;
}

const KNOWN = { explain: ['tag-not-found', 'tls-expired'], 'node collect': ['node-a', 'other'] };

/** What bash offers after some words, the last of them unfinished. */
function offered(...words: string[]): string[] {
  const script = `${completionScript('bash', tree(), KNOWN)}
COMP_WORDS=(pullwhy "$@"); COMP_CWORD=$#; _pullwhy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('/bin/bash', ['-c', script, 'bash', ...words], {
    cwd: '/proc/self/fd',
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '' && !/^\d+$/.test(line));
}

describe('completion', () => {
  it.each([
    [[''], ['diagnose', 'explain', 'completion', 'node']],
    [['--w'], ['--wait']],
    [['-n', 'shop', '--w'], ['--wait']],
    [
      ['-o', ''],
      ['text', 'html'],
    ],
    [['pod/x', '-n', 'shop', '--output', 'h'], ['html']],
    [['diagnose', '-o', 'h'], ['html']],
    [
      ['node', 'status', '-o', ''],
      ['text', 'json'],
    ],
    [['node', 'status', 'node-a', '--output', 'j'], ['json']],
    [['node', 'collect', '-o', 'j'], []],
    [['node', 'odd', '--'], []],
    [['completion', 'z'], ['zsh']],
    [['no'], ['node']],
    [
      ['diagnose', '--'],
      ['--namespace', '--wait', '--output'],
    ],
    [['diagnose', 'pod/x', '--w'], ['--wait']],
    [['explain', 'ta'], ['tag-not-found']],
    [['node', 'collect', 'no'], ['node-a']],
    [
      ['node', ''],
      ['collect', 'status'],
    ],
    [['node', 'collect', '--'], ['--node']],
    [
      ['node', 'status', '--from', 'x', '--'],
      ['--from', '--output'],
    ],
  ])('in bash after %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it.each([
    [[''], ['diagnose', 'explain', 'completion', 'node', ':4']],
    [
      ['-o', ''],
      ['text', 'html', ':4'],
    ],
    [
      ['node', 'status', 'x', '--output', 'j'],
      ['json', ':4'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', ':4'],
    ],
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
    expect(completionScript('zsh', tree(), KNOWN)).toContain('bashcompinit');
    expect(completionScript('fish', tree(), KNOWN)).toContain(
      'complete -c pullwhy -n "__fish_seen_subcommand_from node; and __fish_seen_subcommand_from collect" -l node',
    );
    expect(completionScript('fish', tree(), KNOWN)).toContain(
      'complete -c pullwhy -n "__fish_use_subcommand" -l output -s o -x -a "text html"',
    );
    expect(completionScript('constructor', tree(), KNOWN)).toBeUndefined();
  });
});
