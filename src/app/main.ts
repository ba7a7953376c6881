import { fstatSync, writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { packageVersion } from './package-version.ts';

/** What the launcher goes over to, in the one way or the other: to the command line, or to the worker that a host has started. */
export async function main(argv: readonly string[]): Promise<void> {
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
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V') && tellVersion()) return;
  await loadSchemas();
  const { runProcess } = await import('./run-process.ts');
  await runProcess(argv);
}

/**
 * What the command line answers too, for three times the processor time: scripts ask for it before everything else they do.
 * @returns false where it cannot be written, which the command line knows how to tell
 */
function tellVersion(): boolean {
  try {
    writeSync(1, `${packageVersion()}\n`);
    return true;
  } catch {
    return false;
  }
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
