import { fstatSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { platformFolder } from './platform-folder.ts';

/**
 * Where every process of Ratchet begins. Small on purpose: what is imported here statically is compiled before the compile cache is on.
 * The cache lies in the person's own folder and not in the shared temporary one, where another user could plant code.
 */
export async function main(argv: readonly string[]): Promise<void> {
  enableCompileCache(join(platformFolder('cache'), 'compiled'));
  if (argv[0]?.startsWith('--worker')) {
    if (!hasPipe()) {
      process.stderr.write(
        'Error: --worker is how Ratchet starts its own sandbox processes: it needs a pipe on file descriptor 3.\nHint: Run `ratchet --help`.\n',
      );
      process.exitCode = 2;
      return;
    }
    const { workerEntry } = await import('#engine/index.ts');
    await import(pathToFileURL(workerEntry).href);
    return;
  }
  await loadSchemas();
  const { runProcess } = await import('./run-process.ts');
  await runProcess(argv);
}

/** File descriptor 3 leads to the host when this process was started by one. */
function hasPipe(): boolean {
  try {
    const stat = fstatSync(3);
    return stat.isSocket() || stat.isFIFO();
  } catch {
    return false;
  }
}

/** Loads Zod without its messages in some sixty languages, of which we use none: half of its loading time, 20 ms of every command. */
async function loadSchemas(): Promise<void> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '../locales/index.js' ? { url: 'data:text/javascript,', shortCircuit: true } : next(specifier, context),
  });
  await import('zod');
  hooks.deregister();
}

if (import.meta.main) await main(process.argv.slice(2));
