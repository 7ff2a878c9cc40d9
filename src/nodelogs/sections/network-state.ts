import type { SectionText } from './section-reader.ts';

/** A network interface. */
export interface NetworkLink {
  readonly name: string;
  readonly mtu: number;
  readonly up: boolean | undefined;
  readonly path: string;
  readonly line: number;
}

/** `ip link`, `ip addr` (`2: eth0: <BROADCAST,UP> mtu 9001 …`) and `ifconfig` (`eth0: flags=4163<UP,…>  mtu 9001`). */
export function readLinks({ path, text }: SectionText): readonly NetworkLink[] {
  return text
    .split('\n')
    .slice(0, 20_000)
    .flatMap((raw, index): NetworkLink[] => {
      const found =
        /^(?:\d{1,6}: )?([\w.@:-]{1,40}?)(?:@\w{1,20})?:?\s{1,8}(?:flags=\d{1,9})?<([A-Z0-9_,-]{0,200})>.{0,200}?\bmtu (\d{1,6})/.exec(
          raw.slice(0, 600),
        );
      if (found === null) return [];
      const flags = (found[2] ?? '').split(',');
      return [{ name: found[1] ?? '', mtu: Number(found[3]), up: flags.includes('UP'), path, line: index + 1 }];
    });
}

/** A default route per family; `ip route`, `ip -6 route`, `route -n`, `netstat -rn`. */
export interface Routes {
  readonly defaultV4: boolean;
  readonly defaultV6: boolean;
  /** Routes that refuse: `unreachable`, `blackhole`, `prohibit`. */
  readonly refusing: readonly string[];
  readonly count: number;
}

export function readRoutes(sections: readonly SectionText[]): Routes | undefined {
  let defaultV4 = false;
  let defaultV6 = false;
  let count = 0;
  const refusing: string[] = [];
  for (const { path, text } of sections) {
    for (const raw of text.split('\n').slice(0, 50_000)) {
      const line = raw.slice(0, 400).trim();
      const route =
        /^(?:(unreachable|blackhole|prohibit) )?(default|0\.0\.0\.0(?:\/0)?|::\/0|[\da-f.:]+(?:\/\d+)?)\s+(?:via|dev|nhid|proto|metric|scope|0\.0\.0\.0|[\d.]+\s)/.exec(
          line,
        );
      if (route === null) continue;
      count += 1;
      const target = route[2] ?? '';
      if (route[1] !== undefined) refusing.push(line.slice(0, 120));
      else if (target === 'default' || target.startsWith('0.0.0.0') || target === '::/0') {
        const v6 = target === '::/0' || /\bvia [\da-f]{0,4}:/.test(line) || /ip6|-6|inet6/.test(path);
        if (v6) defaultV6 = true;
        else defaultV4 = true;
      }
    }
  }
  return count === 0 ? undefined : { defaultV4, defaultV6, refusing: refusing.slice(0, 20), count };
}

/** Connection tracking: entries against their limit, and what was dropped for it. */
export interface Conntrack {
  readonly count?: number;
  readonly max?: number;
  /** Sums over all processors of `conntrack -S`. */
  readonly dropped?: number;
  readonly insertFailed?: number;
}

export function readConntrack(sections: readonly SectionText[]): Conntrack | undefined {
  const found: { count?: number; max?: number; dropped?: number; insertFailed?: number } = {};
  for (const { path, text } of sections) {
    // A file of /proc: one number, told by its name.
    const kind = /conntrack[-_](count|max)/.exec(path)?.[1];
    if (kind !== undefined && /^\s*\d{1,12}\s*$/.test(text.slice(0, 100))) {
      found[kind === 'max' ? 'max' : 'count'] = Number(text);
      continue;
    }
    // `conntrack -L` may list a million flows; counters stand before or at the end of it.
    for (const raw of [...text.slice(0, 200_000).split('\n'), ...text.slice(200_000).slice(-20_000).split('\n')]) {
      const line = raw.slice(0, 600);
      const setting = /nf_conntrack_(count|max)\s*[=: ]\s*(\d{1,12})/.exec(line);
      if (setting !== null) found[setting[1] === 'max' ? 'max' : 'count'] = Number(setting[2]);
      const shown = /(\d{1,12}) flow entries have been shown/.exec(line)?.[1];
      if (shown !== undefined && found.count === undefined) found.count = Number(shown);
      const drop = /\bdrop=(\d{1,15})/.exec(line)?.[1];
      if (drop !== undefined) found.dropped = (found.dropped ?? 0) + Number(drop);
      const failed = /\binsert_failed=(\d{1,15})/.exec(line)?.[1];
      if (failed !== undefined) found.insertFailed = (found.insertFailed ?? 0) + Number(failed);
    }
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
