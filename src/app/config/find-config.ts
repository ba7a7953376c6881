import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { platformFolder } from '../platform-folder.ts';

/** Which configuration file is used, and how it was found. */
export interface FoundConfig {
  readonly path: string | null;
  readonly by: '--config' | 'RATCHET_CONFIG' | 'the working folder' | 'your own folder' | 'nothing';
  /** Places looked at, the first that has a file being taken. */
  readonly looked: readonly string[];
  /** A file in the working folder that this command does not use. */
  readonly passedOver: string | null;
}

export interface Looking {
  /** `--config` */
  readonly flag: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /**
   * Whether a file in the working folder counts. It does for commands with which somebody runs a server, and not for those that run
   * tasks of whatever folder one is in: a stranger's folder could bring a file that opens the sandbox.
   */
  readonly looksHere: boolean;
}

const names = ['ratchet.yaml', 'ratchet.yml'];

/** Finds the configuration file. One that was asked for is taken whether it exists or not, so that its absence is told. */
export function findConfig({ flag, env, looksHere }: Looking): FoundConfig {
  const asked = flag ?? (env['RATCHET_CONFIG'] || undefined);
  if (asked !== undefined)
    return { path: asked, by: flag === undefined ? 'RATCHET_CONFIG' : '--config', looked: [asked], passedOver: null };
  const own = names.map((name) => join(platformFolder('config', env), name));
  const looked = [...(looksHere ? names : []), ...own];
  const path = looked.find((one) => existsSync(one)) ?? null;
  return {
    path,
    by: path === null ? 'nothing' : own.includes(path) ? 'your own folder' : 'the working folder',
    looked,
    passedOver: looksHere ? null : (names.find((one) => existsSync(one)) ?? null),
  };
}
