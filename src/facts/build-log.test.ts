import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { buildFailure as buildFailureIn } from './build-log.ts';

const buildFailure = (log: string) => buildFailureIn(log.split('\n'));

describe('the line that decides why a build failed', () => {
  it.each([
    ['source', 'error resolving source context: authentication required: Repository not found.'],
    ['source', "fatal: couldn't find remote ref refs/heads/release"],
    [
      'dockerfile',
      'error resolving dockerfile path: please provide a valid path to a Dockerfile within the build context with --dockerfile',
    ],
    ['dockerfile', 'error: failed to solve: dockerfile parse error on line 3: unknown instruction: FORM'],
    ['dockerfile', 'COPY failed: file not found in build context: stat dist: file does not exist'],
    [
      'base-image',
      'error building image: unable to retrieve image: GET https://r.acme.example/v2/base/manifests/9: MANIFEST_UNKNOWN',
    ],
    ['dependency', 'npm ERR! 404 Not Found - GET https://npm.acme.example/left-padd'],
    [
      'dependency',
      'error building image: error building stage: failed to execute command: waiting for process to exit: exit status 2',
    ],
    [
      'push-denied',
      'error checking push permissions -- make sure you entered the correct tag name: checking push permission for "r.acme.example/a:1": UNAUTHORIZED: authentication required',
    ],
    ['push-denied', 'denied: requested access to the resource is denied'],
    [
      'registry-unreachable',
      'error pushing image: failed to push to destination 10.0.0.9:5000/a:1: Put "http://10.0.0.9:5000/v2/a/manifests/1": dial tcp 10.0.0.9:5000: i/o timeout',
    ],
    [
      'registry-tls',
      'error pushing image: Get "https://10.0.0.9:5000/v2/": http: server gave HTTP response to HTTPS client',
    ],
    ['disk', 'error building image: write /kaniko/0: no space left on device'],
  ])('is about %s', (why, line) => {
    expect(buildFailure(`INFO step 1\n${line}\nINFO done`)).toEqual({ why, line, at: 1 });
  });

  it('is none in a log of success', () => {
    expect(buildFailure('INFO Pushed image to 1 destinations\nINFO done')).toBeUndefined();
  });

  it('names the step when what came after only follows from it', () => {
    const log =
      'COPY failed: file not found in build context\nerror building image: failed to execute command: exit status 1';
    expect(buildFailure(log)?.why).toBe('dockerfile');
  });

  it('shows no secret', () => {
    const line = buildFailure('fatal: unable to access https://ci:CANARY-99@git.acme.example/a.git: 403')?.line;
    expect(line).not.toContain('CANARY');
  });

  it('is found in any text, in time', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => typeof buildFailure(text) !== 'string'));
    expect(buildFailure(`${'push '.repeat(50_000)}\n`.repeat(5))).toBeUndefined();
  });
});
