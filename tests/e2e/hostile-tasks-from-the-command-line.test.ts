import { expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { taskFolder } from './task-folder.ts';

// The exit code is what a script sees of an attack.
it.each([
  ['loops', '(function () { for (;;); })', [5]],
  ['waits', '(function () { return new Promise((resolve) => setTimeout(resolve, 60000)); })', [5]],
  ['fills its memory', '(function () { const all = []; for (;;) all.push(new Array(1000).fill(1)); })', [6, 5, 7]],
  ['aborts the engine', "(function () { return 'x'.repeat(2 ** 28).split('').length; })", [7, 6]],
  [
    'returns what is nested a hundred thousand deep',
    '(function () { let d = 1; for (let i = 0; i < 1e5; i++) d = [d]; return d; })',
    [0, 1],
  ],
  ['logs terminal codes', "(function () { console.log('\\u001b]0;title\\u0007\\u001b[2J'); throw new Error('\\u001b[31mred'); })", [1]],
])('a task that %s ends the command with its exit code', async (_name, code, exits) => {
  for (const format of ['json', 'pretty']) {
    const end = await ratchet(['run-once', taskFolder(code), '--timeout', '1s', '--memory', '64MB', '--format', format]);
    expect(exits, `${end.code}: ${end.stderr.slice(0, 500)}`).toContain(end.code);
    expect(end.stderr).not.toMatch(/node:internal|\/src\/.*\.ts:\d+/);
    expect(end.stderr).not.toContain('\u001b');
  }
});
