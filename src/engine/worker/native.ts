import { createRequire } from 'node:module';
import type ivmModule from 'isolated-vm';

export type { default as ivm } from 'isolated-vm';

let loaded: typeof ivmModule | undefined;

/**
 * The native module that makes isolates, from the file the host has found and given as the process's argument; a worker that is started
 * by hand looks for it by name. Loaded before the process gives up its right to load anything.
 */
export function isolatedVm(): typeof ivmModule {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const file = process.argv.find((argument) => argument.endsWith('.node'));
    loaded = file === undefined ? (require('isolated-vm') as typeof ivmModule) : (require(file) as { ivm: typeof ivmModule }).ivm;
  }
  return loaded;
}
