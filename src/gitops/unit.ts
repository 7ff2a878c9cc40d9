import type { Layers } from './helm/value.ts';
import type { LooseImage } from './loose.ts';
import type { WrittenWorkload } from './pod-template.ts';
import type { YamlAt } from './yaml-source.ts';

/** The tool that brings manifests to a cluster. */
export type Tool = 'argo-cd' | 'flux' | 'helm';

/** What a tool calls the thing that owns manifests: an Application, a HelmRelease, a Kustomization, a release. */
export interface Owner {
  readonly tool: Tool;
  readonly name: string;
}

/** Something of a checkout that is deployed as one: a kustomization, a chart with its values, an Application, a file. */
export interface Unit {
  /** `kustomization overlays/prod`, for a sentence. */
  readonly says: string;
  readonly kind: 'owned' | 'kustomize' | 'helm' | 'plain';
  readonly owner?: Owner;
  /** The folder or file that it begins with; two units with one root deploy the same. */
  readonly root: string;
  /** Where it is deployed, for objects that name no namespace. */
  readonly namespace?: string;
  readonly workloads: readonly WrittenWorkload[];
  /** Images that are written outside of any pod template. */
  readonly loose: readonly LooseImage[];
  /** Objects other than workloads. */
  readonly objects: readonly YamlAt[];
  /** Of a chart: the values that it is rendered with, and the texts of its templates. */
  readonly chart?: { readonly layers: Layers; readonly templates: string };
}
