import { resolve } from 'node:path';
import { createAddressGuard } from '#engine/index.ts';
import type { Clock, Settings } from '#kernel/index.ts';
import { createFetcher, createSourceChecker, type SourceChecker } from '#sources/index.ts';
import { packageVersion } from './package-version.ts';

export interface SourceCheckerWishes {
  readonly settings: Settings;
  readonly clock: Clock;
  /** What a server has fetched lies there, so that only what is new has to be. */
  readonly dataFolder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Looks at the sources of the configuration, for a command. */
export function openSourceChecker({ settings, clock, dataFolder, env }: SourceCheckerWishes): {
  checker: SourceChecker;
  close(): Promise<void>;
} {
  const fetcher = createFetcher({
    folder: resolve(dataFolder, 'sources'),
    clock,
    guard: createAddressGuard({ allowLoopback: false, allowed: [] }),
    env,
    userAgent: `Ratchet/${packageVersion()}`,
  });
  return { checker: createSourceChecker({ settings, clock, fetcher }), close: () => fetcher.close() };
}
