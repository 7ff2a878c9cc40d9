import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { ToolContext } from '../context.ts';

export const PROMPTS = [
  {
    name: 'debug-image-pull',
    title: 'Debug an image pull',
    description:
      'The case of one pod, filled in from the cluster and redacted, with what is proven and what to decide.',
    arguments: [
      { name: 'pod', description: 'name of the pod that does not start', required: true },
      { name: 'namespace', description: 'its namespace', required: false },
    ],
  },
] as const;

interface PromptText {
  readonly description: string;
  readonly messages: { readonly role: 'user'; readonly content: { readonly type: 'text'; readonly text: string } }[];
  /** The protocol lets results carry more. */
  [more: string]: unknown;
}

/** A prompt with its arguments filled in. */
export async function getPrompt(
  context: ToolContext,
  name: string,
  args: Readonly<Record<string, string>>,
): Promise<PromptText> {
  if (name !== 'debug-image-pull')
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `there is no prompt ${name.slice(0, 100)}`);
  const { pod, namespace } = args;
  if (pod === undefined || pod === '')
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'debug-image-pull needs the name of a pod');
  const { debugImagePull } = await import('./debug-image-pull.ts');
  const text = await debugImagePull(context, pod, namespace);
  return {
    description: `Image pull of ${pod.slice(0, 253)}`,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}
