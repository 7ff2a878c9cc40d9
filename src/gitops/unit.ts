import type { Built } from './built.ts';
import type { Layers } from './helm/value.ts';

/** The tool that brings manifests to a cluster. */
export type Tool = 'argo-cd' | 'flux' | 'helm';

/** What a tool calls the thing that owns manifests: an Application, a HelmRelease, a Kustomization, a release. */
export interface Owner {
  readonly tool: Tool;
  readonly name: string;
}

/** Something of a checkout that is deployed as one: a kustomization, a chart with its values, an Application, a file. */
export interface Unit extends Built {
  /** `kustomization overlays/prod`, for a sentence. */
  readonly says: string;
  readonly kind: 'owned' | 'kustomize' | 'helm' | 'plain';
  readonly owner?: Owner;
  /** The folder or file that it begins with; two units with one root deploy the same. */
  readonly root: string;
  /** Where it is deployed, for objects that name no namespace. */
  readonly namespace?: string;
  /** Of a chart: the values that it is rendered with, and the texts of its templates, where they are here. */
  readonly chart?: { readonly layers: Layers; readonly templates?: string };
}

/** What is asked of a checkout, as far as it decides which parts of it are looked at. */
export interface Question {
  readonly release: { readonly name: string; readonly namespace: string };
  /** Tag or digest of the live image. */
  readonly version?: string;
  /** Who deploys the live object, when that is known. */
  readonly owner?: Owner;
  /** Whether a manifest with this text can matter at all. */
  readonly worthParsing: (text: string) => boolean;
}
