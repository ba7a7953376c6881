import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repository } from './checkout.ts';

it('a server can be started by a program that is no test, such as a benchmark', async () => {
  const program = `const { startRatchet } = await import('#testing/ratchet-server.ts'); process.stdout.write(typeof startRatchet);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: repository });
  expect(stdout).toBe('function');
});
