import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RatchetError } from '#kernel/index.ts';
import { loadTask } from '#tasks/index.ts';
import { engineOf } from '#testing/engine-of.ts';

// The author's text is put between lines of ours. Text that closes what we opened would run where no limit is.
const sources = [
  '(function () {}) }); globalThis.escaped = true; (function () { return (function () {})',
  '}); globalThis.escaped = true; (function (module, exports) {\nreturn function () {}',
  '})(); for (;;); (function () {',
  '*/ }); globalThis.escaped = true; /*',
  '(function () { return 1 })\n//# sourceMappingURL=file:///etc/passwd',
  '(function () { return 1 }) <!-- }',
  '`${(() => { throw 1 })()}`; }); (function () { return `',
  "import fs from 'node:fs'; export default () => fs.readFileSync('/etc/passwd', 'utf8')",
  "import secret from '../../../../etc/passwd'; export default () => secret",
  "import secret from '/etc/passwd'; export default () => secret",
  "const fs = require('fs'); (function () { return fs.readFileSync('/etc/passwd', 'utf8') })",
];
it.each(sources)('source text that breaks out of its wrapping: %s', async (source) => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-breakout-'));
  const { engine, run } = await engineOf();
  try {
    writeFileSync(
      join(folder, 'metadata.json'),
      JSON.stringify({ uuid: '01890000-0000-4000-8000-00000000abcd', version: '1.0.0', label: 'Breakout' }),
    );
    writeFileSync(join(folder, 'main.js'), source);
    const task = await loadTask(folder).catch((error: unknown) => error);
    if (task instanceof RatchetError) return expect(task.code).toBe('TASK_INVALID');
    const { outcome } = await run((task as Awaited<ReturnType<typeof loadTask>>).program, { limits: { cpuMs: 300, wallMs: 1_500 } });
    expect(outcome.error === null ? outcome.output : outcome.error.code).toMatch(/^(1|null|TASK_[A-Z_]+)$/);
    expect(outcome.output ?? '').not.toContain('root:');
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});
