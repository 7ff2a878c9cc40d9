import type { Report } from '../core/report.ts';
import type { Format, RenderOptions } from './format.ts';

type Renderer = (report: Report, options: RenderOptions) => string;

/** Each format loads only itself. */
const RENDERERS: Record<Format, () => Promise<Renderer>> = {
  text: async () => (await import('./text.ts')).renderText,
  json: async () => (await import('./json.ts')).renderJson,
  yaml: async () => (await import('./yaml.ts')).renderYaml,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  html: async () => (await import('./html.ts')).renderHtml,
  sop: async () => (await import('./sop.ts')).renderSop,
  prompt: async () => (await import('./prompt.ts')).renderPrompt,
  patch: async () => (await import('./patch.ts')).renderPatch,
};

export async function render(format: Format, report: Report, options: RenderOptions): Promise<string> {
  return (await RENDERERS[format]())(report, options);
}
