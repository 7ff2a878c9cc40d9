import { Command } from 'commander';
import type { McpFlags } from '../../mcp/run.ts';
import { accessOptions } from './cluster-options.ts';

const EXAMPLES = `
Examples:
  pullwhy mcp                                         for an agent beside it
  pullwhy mcp --from must-gather.tar                  only this evidence
  pullwhy mcp --bundles /srv/bundles                  also archives left there
  pullwhy mcp --http 127.0.0.1:8080 --token-file key  for agents elsewhere`;

/** `pullwhy mcp [--http ADDRESS]` */
export function mcpCommand(): Command {
  const command = new Command('mcp')
    .description('serve the tools to an AI agent: Model Context Protocol, on standard input and output by default')
    .option('--from <path...>', 'serve evidence on disk instead of a cluster')
    .option('--http <address>', 'serve streamable HTTP instead, at HOST:PORT or PORT (loopback when no host is given)')
    .option('--token-file <file>', 'with --http: file with the bearer token that callers must send')
    .option('--oidc-issuer <url>', 'with --http: accept tokens that this OpenID Connect issuer signed')
    .option('--audience <name>', 'with --oidc-issuer: the audience that those tokens must be for')
    .option('--allow-debug-pod', 'let collect create a pod on the node for as long as it reads; off by default')
    .option('--no-registry', 'no request to any registry')
    .option('--allow-private-registries', 'also ask registries at private, loopback and link-local addresses')
    .option('--ca-file <file>', 'PEM file of an authority to trust beside those of the system')
    .option(
      '--bundles <dir>',
      'folder of archives and folders that collect may bring in by name; nothing outside of it',
    )
    .option('--store <dir>', 'folder for what collect gathers')
    .option('--sop-dir <dir...>', 'folders with operating procedures of your own (else PULLWHY_SOP_DIR)');
  return accessOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: McpFlags) => {
      // A silent wait looks like a hang.
      if (flags.http === undefined && process.stdin.isTTY)
        process.stderr.write(
          'pullwhy: waiting for an MCP client on standard input; Ctrl-C ends it, --help tells more\n',
        );
      const { runMcp } = await import('../../mcp/run.ts');
      await runMcp(flags);
    });
}
