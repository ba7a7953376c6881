import { spawn } from 'node:child_process';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { failed, ok, warning, type Check } from '../doctor.ts';

/** `^24.19 || ^26.6`, as in package.json. */
export function nodeCheck(version: string = process.versions.node): Check {
  return {
    name: 'node',
    run: async () => {
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if ((major === 24 && minor >= 19) || (major === 26 && minor >= 6)) return ok(`Node ${version}`);
      return failed(
        `Node ${version}`,
        'Ratchet needs Node ^24.19 or ^26.6. Run `npm ci` in its folder and start it through bin/ratchet.js.',
      );
    },
  };
}

/** Loads the native module in a process of its own: one built for another Node may end the process that loads it. */
export function nativeModuleCheck(moduleName = 'isolated-vm'): Check {
  return {
    name: 'native-module',
    run: () =>
      new Promise((resolve) => {
        const program = `const ivm = require(${JSON.stringify(moduleName)}); new ivm.Isolate({ memoryLimit: 8 }).dispose(); process.stdout.write('loaded')`;
        const child = spawn(process.execPath, ['--no-node-snapshot', '--input-type=commonjs', '-e', program], {
          cwd: import.meta.dirname,
          env: {},
        });
        let out = '';
        let err = '';
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        const advice =
          'Run `npm ci` again with the Node that Ratchet runs on; there are binaries for Node 24 and 26 on Linux (x64, arm64), macOS and Windows.';
        child.once('error', (error) => resolve(failed(error.message, advice)));
        child.once('close', (code, signal) => {
          if (out === 'loaded') resolve(ok(`${moduleName} loads`));
          else {
            const why = err.split('\n').find((line) => /Error/.test(line)) ?? `the process ended with ${signal ?? code}`;
            resolve(failed(`${moduleName} does not load: ${why.trim()}`, advice));
          }
        });
      }),
  };
}

/** Memory and cores. One worker idles at some 50 MB and may grow to its task's heap limit. */
export function resourcesCheck(found = { total: totalmem(), free: freemem(), cores: availableParallelism() }): Check {
  return {
    name: 'resources',
    run: async () => {
      const limit = process.constrainedMemory();
      const total = limit > 0 && limit < found.total ? limit : found.total;
      const detail = `${found.cores} cores, ${gigabytes(total)} of memory, ${gigabytes(Math.min(found.free, total))} free`;
      if (total < 512 * 1024 ** 2) return warning(detail, 'Below 512 MB, keep engine.workers at 1 and execution.max_memory_mb low.');
      return ok(detail);
    },
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}
