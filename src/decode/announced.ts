import type { Message } from './carrier/message.ts';

/** A pull as it was typed, or as compose, podman and BuildKit announce it before they begin. */
const ANNOUNCEMENTS: readonly RegExp[] = [
  /(?:^|[$#>%\u276f\u279c] )(?:sudo )?(?:docker|podman|nerdctl|crictl|buildah|ctr) (?:[\w./:=-]{1,100} ){0,8}pull (?:--?[\w-]{1,40}(?:[= ]\S{1,100})? ){0,8}(\S{1,500})\s*$/,
  /^\s*Pulling [\w.-]{1,100} \((\S{1,500})\)\.\.\.\s*$/,
  /^\s*(?:Trying to pull(?: repository)?|Pulling repository) (\S{1,500}?)(?:\.\.\.)?\s*$/,
  // BuildKit, of the step that begins and again of the one that failed; a cancelled one did not fail
  /^\s*(?:(?:#\d{1,6}|=?>)\s+)?(?:ERROR )?(?:\[[^\]]{1,100}\] )?load metadata for (\S{1,500}?):?(?:\s+\d[\d.]{0,10}s)?\s*$/,
  /^\s*(?:(?:#\d{1,6}|=?>)\s+)?(?:ERROR )?\[[^\]]{1,100}\] FROM (\S{1,500}?):?(?:\s+\d[\d.]{0,10}s)?\s*$/,
];

const MAX_LINE = 1000;

/** The image that a message says to pull; the error in the next one often names none. */
export function announcedImage({ text }: Message): string | undefined {
  if (!/pull|load metadata for|\] FROM /i.test(text)) return undefined;
  const images = text.split('\n').map(announcedBy);
  return images.findLast((image) => image !== undefined);
}

function announcedBy(line: string): string | undefined {
  if (line.length > MAX_LINE) return undefined;
  for (const pattern of ANNOUNCEMENTS) {
    const image = pattern.exec(line)?.[1];
    if (image !== undefined && /^\w/.test(image)) return image;
  }
  return undefined;
}
