/** An answer about nodes as it is for scripts, or as text. */
export async function renderAnswer<T>(answer: T, format: string, text: (answer: T) => string): Promise<string> {
  if (format === 'json') return JSON.stringify(answer, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(answer, { lineWidth: 0 });
  return text(answer);
}
