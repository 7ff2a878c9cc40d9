import type { ConfigDifference, NotCompared } from '../../core/node/compare-answer.ts';
import { excerpt } from '../../core/redact.ts';
import type { SectionReader } from '../sections/section-reader.ts';
import { type ConfigFile, configFiles, ownLines, sameLines } from './config-files.ts';
import { topicsOf } from './topics.ts';

export interface ConfigComparison {
  readonly differences: readonly ConfigDifference[];
  readonly alike: readonly string[];
  readonly notCompared: readonly NotCompared[];
}

interface Sight {
  readonly node: string;
  readonly value: string | undefined;
}

/** The settings and files of the nodes, topic by topic. Missing on all or on all but one is never "the same". */
export async function compareConfig(
  nodes: readonly { readonly node: string; readonly reader: SectionReader }[],
): Promise<ConfigComparison> {
  const sights = new Map<string, Sight[]>();
  const files: { node: string; files: readonly ConfigFile[] }[] = [];
  for (const { node, reader } of nodes) {
    for (const { topic, value } of await topicsOf(reader)) {
      sights.set(topic, [
        ...(sights.get(topic) ?? []),
        { node, value: value === undefined ? undefined : excerpt(value) },
      ]);
    }
    files.push({ node, files: await configFiles(reader) });
  }
  const byTopic = [...sights].map(([topic, all]) => judged(topic, all));
  const byFile = fileSights(files).map(([topic, all]) => judged(topic, all));
  const all = [...byTopic, ...byFile];
  return {
    differences: all.flatMap(({ difference }) => difference ?? []),
    alike: all.flatMap(({ alike }) => alike ?? []),
    notCompared: all.flatMap(({ notCompared }) => notCompared ?? []),
  };
}

function judged(topic: string, sights: readonly Sight[]) {
  const known = sights.flatMap(({ node, value }) => (value === undefined ? [] : [{ node, value }]));
  const missingOn = sights.filter(({ value }) => value === undefined).map(({ node }) => node);
  if (known.length < 2) return { notCompared: { topic, missingOn } };
  const values = new Set(known.map(({ value }) => value));
  if (values.size > 1) return { difference: { topic, values: known, missingOn } };
  return missingOn.length === 0 ? { alike: topic } : { alike: topic, notCompared: { topic, missingOn } };
}

/** A value per file: what only this node's file says. Equal files have the same value. */
function fileSights(nodes: readonly { node: string; files: readonly ConfigFile[] }[]): [string, Sight[]][] {
  const names = [...new Set(nodes.flatMap(({ files }) => files.map(({ name }) => name)))].sort();
  return names.map((name) => {
    const own = nodes.map(({ node, files }) => ({ node, file: files.find((file) => file.name === name) }));
    const present = own.flatMap(({ file }) => file ?? []);
    const same = sameLines(present);
    const sights = own.map(({ node, file }): Sight => {
      if (file === undefined) return { node, value: undefined };
      return {
        node,
        value: same
          ? 'the same'
          : `${node}: ${ownLines(
              file,
              present.filter((other) => other !== file),
            )}`,
      };
    });
    return [`file ${name}`, sights];
  });
}
