import type { Message } from './message.ts';

/** A container that waits, as the Kubernetes client for Java prints its status (Spark, Jenkins). */
export const JAVA_STATUS = /\bContainerStateWaiting\(/;

const WAITING =
  /(?:\bimage=([^\s,]{1,300}), (?:(?!\bimage=)[\s\S]){0,2000}?)?\bwaiting=ContainerStateWaiting\(message=([\s\S]{0,20000}?), reason=(\w{1,60})/g;

/** Each container that waits: its reason, message and image; `null` stands where there is none. */
export function readJavaStatus(text: string, line: number): readonly Message[] {
  return [...text.matchAll(WAITING)].map(([, image, message, reason]) => ({
    text: message === undefined || message === 'null' ? '' : message,
    line,
    ...(reason === undefined ? {} : { reason }),
    ...(image === undefined ? {} : { image }),
  }));
}
