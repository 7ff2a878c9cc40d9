import { Command } from 'commander';
import { print } from '../output.ts';
import type { RbacFlags } from '../rbac.ts';

/** `pullwhy rbac [-n NAMESPACE] [--with-secrets] [--with-nodes] [--with-node-logs] [--with-registry-proxy]` */
export function rbacCommand(): Command {
  return new Command('rbac')
    .description('prints the least rights that pullwhy needs in a cluster, as YAML to apply')
    .option('-n, --namespace <name>', 'rights in this namespace only; left out: in all namespaces')
    .option('--with-secrets', 'also get Secrets, to replay the credential decision of the kubelet')
    .option('--with-nodes', 'also get Nodes, for versions, architecture and disk pressure')
    .option('--with-node-logs', 'also logs and disk statistics through the node proxy, a powerful right')
    .option('--with-registry-proxy', 'also reads through Services, to ask a registry that runs in the cluster')
    .option('--user <name>', 'bind to this user')
    .option('--group <name>', 'bind to this group')
    .option('--service-account <namespace/name>', 'bind to this ServiceAccount')
    .action(async (flags: RbacFlags) => {
      const { rbacYaml } = await import('../rbac.ts');
      await print(rbacYaml(flags));
    });
}
