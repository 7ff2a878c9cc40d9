import { UsageError } from '../../core/usage-error.ts';
import { parsePlatform } from '../../sources/registry/platform.ts';

/** Refuses what cannot be a platform, so that a slip is not taken for one that the image lacks. */
export function checkPlatform(platform: string): void {
  if (parsePlatform(platform) === undefined)
    throw new UsageError(`${platform} is no platform: write it as linux/arm64`);
}
