import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { excerpt } from '../core/redact.ts';
import { type CaseContext, isOnNode } from './case-context.ts';
import { repositoryOf } from './image-name.ts';

export interface CredentialProviderFailure {
  readonly plugin?: string;
  readonly message: string;
}

/** A credential provider plugin that failed for this image: only the kubelet's log tells (plugin.go, 1.36). */
export function credentialProviderOf({ index, subject }: CaseContext): Fact<CredentialProviderFailure> {
  const { image, node } = subject;
  const kubeletLines = index.snapshot.logs.find(
    (entry) => entry.log === 'kubelet' && (entry.node === undefined || node === undefined || entry.node === node),
  );
  if (kubeletLines === undefined) {
    return unknown(
      `credential provider errors in the kubelet's log${node === undefined ? '' : ` of ${node}`}`,
      'not-collected',
      'journalctl -u kubelet',
    );
  }
  const repository = image === undefined ? undefined : repositoryOf(image);
  const failure = index.logs
    .ofKind('credential-provider')
    .findLast((r) => isOnNode(r, subject) && isAboutImage(r.image, repository));
  if (failure === undefined) return absent([kubeletLines.id]);
  const message = excerpt(failure.text).replaceAll(/\s+/g, ' ').trim();
  return present({ ...(failure.plugin === undefined ? {} : { plugin: failure.plugin }), message }, [failure.entry.id]);
}

/** The plugin is asked with the image's name without tag. */
function isAboutImage(asked: string | undefined, repository: string | undefined): boolean {
  return asked === undefined || repository === undefined || repositoryOf(asked) === repository;
}
