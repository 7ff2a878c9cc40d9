import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL, by the rules of Go's `ProxyFromEnvironment`, which kubectl follows:
 * lower case names as well, `NO_PROXY` by domain, address, network or `*`, and loopback never.
 */
export function proxyFor({ protocol, hostname, port }: URL, env: Environment): string | undefined {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] ?? env[name.toLowerCase()];
  if (proxy === undefined || proxy === '') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const exempt = (env.NO_PROXY ?? env.no_proxy ?? '').split(',').map((rule) => rule.trim().toLowerCase());
  const ports = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  if (isLoopback(host) || exempt.some((rule) => exempts(rule, host, ports))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function exempts(rule: string, host: string, port: string): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  if (rule.includes('/')) return isInNetwork(host, rule);
  const [, name = rule, rulePort] = /^([^:]+):(\d+)$/.exec(rule) ?? [];
  if (rulePort !== undefined && rulePort !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  return isIP(host) === 0 ? (host === domain && !/^\*?\./.test(name)) || host.endsWith(`.${domain}`) : host === name;
}

function isInNetwork(host: string, rule: string): boolean {
  const family = isIP(host);
  const [network = '', bits] = rule.split('/');
  if (family === 0 || family !== isIP(network)) return false;
  const length = Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
