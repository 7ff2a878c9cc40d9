import type { Gap } from '../../core/fact.ts';
import type { WrittenObject } from '../../core/snapshot.ts';
import { LIMITS } from '../bundle/limits.ts';
import { readYamlDocuments } from '../bundle/yaml-documents.ts';
import { parseDocument } from '../objects-schema.ts';
import type { CheckoutFile } from './read-repository.ts';

/** Kinds that build images, or are the template of what does. */
const KINDS =
  /^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?(?:Job|CronJob|Pod|TaskRun|PipelineRun|Task|BuildRun|Build|Workflow|WorkflowTemplate|CronWorkflow|List)["']?[ \t\r]*$/m;
/** Programs and options of builds; a file without any of them builds nothing. */
const WORDS =
  /kaniko|buildkit|buildctl|buildah|podman|docker|nerdctl|buildpacks|makisu|skopeo|crane|--destination|shipwright\.io|tekton\.dev|argoproj\.io/i;
const MAX_OBJECTS = 500;

/** The objects, and what was left out. */
export interface WrittenBuilds {
  readonly objects: readonly WrittenObject[];
  readonly gaps: readonly Gap[];
}

/**
 * Objects of a checkout that may build images. Jobs are cleaned up when they have ended, and some are never applied:
 * then the file is all that tells of them. Templates of charts are left out, for only rendering makes objects of them.
 */
export function writtenBuilds(files: readonly CheckoutFile[]): WrittenBuilds {
  const objects: WrittenObject[] = [];
  const mayBuild = files.filter(
    ({ path, text }) => /\.(?:ya?ml|json)$/i.test(path) && KINDS.test(text) && WORDS.test(text),
  );
  let read = 0;
  for (const { path, text } of mayBuild) {
    if (objects.length >= MAX_OBJECTS) break;
    objects.push(...objectsIn(path, text));
    read += 1;
  }
  const left = mayBuild.length - read;
  const wanted = `builds written in ${left} files of the checkout, from ${mayBuild[read]?.path} on by name`;
  const gap: Gap = { wanted, why: 'truncated', how: 'give --repo the folder with the builds alone' };
  return { objects, gaps: left === 0 ? [] : [gap] };
}

function objectsIn(path: string, text: string): readonly WrittenObject[] {
  if (/\{\{/.test(text) && /(?:^|\/)templates\//.test(path)) return [];
  const { documents } = readYamlDocuments(text, 1, LIMITS);
  return documents.flatMap(({ value, line }) =>
    parseDocument(value).objects.map(({ object }, i) => ({ id: `file/${path}:${line}:${i}`, path, line, object })),
  );
}
