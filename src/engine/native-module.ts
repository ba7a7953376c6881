import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * The file of the native module that makes isolates. Workers are handed its path instead of looking for it themselves: they may read
 * nothing but what they need, and packages lie elsewhere under every package manager.
 * @throws Error when it is not installed, or has no binary for this platform
 */
export function nativeModuleFile(): string {
  const manifest = createRequire(import.meta.url).resolve('isolated-vm/package.json');
  const finder = createRequire(manifest)('node-gyp-build') as { path(folder: string): string };
  return realpathSync(finder.path(dirname(manifest)));
}
