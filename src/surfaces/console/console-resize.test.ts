import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../../testing/checkout.ts';
import { startRatchet, type RatchetServer } from '../../testing/ratchet-server.ts';
import { terminalProgram, withoutTerminal } from '../../testing/virtual-terminal.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { has, consoleSeats } from '../../testing/console-seats.ts';

const home = mkdtempSync(join(tmpdir(), 'ratchet-resize-'));
const seats = consoleSeats(home);

describe.skipIf(terminalProgram === null)(
  `a terminal that changes its size (${terminalProgram === null ? withoutTerminal : 'a real one'})`,
  () => {
    let server: RatchetServer;
    beforeAll(async () => {
      const tasks = join(home, 'tasks');
      mkdirSync(tasks);
      cpSync(join(repository, 'sample/js-tasks/streaming-example'), join(tasks, 'streaming-example'), { recursive: true });
      server = await startRatchet({ args: ['--sources', tasks, '--data-dir', join(home, 'data')] });
    });
    afterEach(() => seats.close());
    afterAll(async () => {
      // What runs there need not end.
      await server?.kill();
      rmSync(home, { recursive: true, force: true });
    });

    it('keeps a long line whole while it is typed', async () => {
      verifies('console.resize');
      const run = await seats.open(`--connect ${server.url}`, { columns: 80, rows: 24 });
      const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
      const above = run.screen.text().replace(/ratchet>$/, '');
      run.type(`echo ${words}`);
      await run.until(has('word29'));
      for (const [columns, rows] of [
        [120, 40],
        [40, 10],
        [53, 24],
        [80, 24],
      ] as const) {
        const written = run.written().length;
        run.resize(columns, rows);
        const line = `ratchet> echo ${words}`;
        const broken = Array.from({ length: Math.ceil(line.length / columns) }, (_, at) =>
          line.slice(at * columns, (at + 1) * columns).trimEnd(),
        ).join('\n');
        await run.until((text) => run.written().length > written && text.endsWith(`\n${broken}`));
        // Once, and nothing of it is left from before.
        expect(
          run.screen
            .text()
            .replaceAll('\n', '')
            .match(/word0|word29/g),
        ).toEqual(['word0', 'word29']);
      }
      run.type('\r');
      await run.until(has(new RegExp(`\n${words}\nratchet>$`)));
      // What stood above has not been written over.
      expect(run.screen.text().replaceAll('\n', '')).toContain(above.trim().replaceAll('\n', ''));
    });

    it('takes nothing away above the line where a terminal cuts what is too long', async () => {
      const run = await seats.open(`--connect ${server.url}`, { columns: 80, rows: 24, env: { XTERM_VERSION: 'XTerm(379)' } });
      run.type('echo above\r');
      await run.until(has(/\nabove\nratchet>$/));
      const line = `ratchet> echo ${'x'.repeat(100)}`;
      run.type(`echo ${'x'.repeat(100)}`);
      await run.until((text) => text.replaceAll('\n', '').endsWith(line));
      run.resize(60, 24, false);
      await run.until((text) => text.endsWith(`\nabove\n${line.slice(0, 60)}\n${line.slice(60)}`));
    });

    it('pages on with the rows there are', async () => {
      const run = await seats.open(`--connect ${server.url}`, { columns: 80, rows: 24 });
      run.type('help\r');
      await run.until(has(/-- \d+ more lines: blank goes on, q leaves --$/));
      run.resize(40, 10);
      await run.until(has(/-- \d+ more lines: blank goes on, q leav$/));
      run.resize(120, 60);
      await run.until(has(/-- \d+ more lines: blank goes on, q leaves --$/));
      // Keys that are left over belong to the next line.
      run.type('   echo typed ahead\r');
      await run.until(has(/shows flags\.\nratchet> +echo typed ahead\ntyped ahead\nratchet>$/));
    });

    it('draws the monitor anew, never wider or higher than it is', async () => {
      const run = await seats.open(`--connect ${server.url}`, { columns: 80, rows: 24 });
      run.type('job enqueue streaming-example --input {"steps": 20, "delay": 1000}\r');
      await run.until(has('is queued'));
      const before = run.screen.text();
      run.type('monitor\r');
      await run.until(has(/Running \(1\)[^]*q quit/));
      for (const [columns, rows] of [
        [120, 40],
        [40, 10],
        [80, 24],
      ] as const) {
        run.resize(columns, rows);
        const fits = (text: string) => text.split('\n').length === rows && text.split('\n').every((line) => line.length <= columns);
        await run.until((text) => fits(text) && text.split('\n').at(-1)!.startsWith('q quit'));
        expect(run.screen.text().match(/^Ratchet {2}http/gm)).toHaveLength(1);
        expect(run.screen.text().match(/^q quit/gm)).toHaveLength(1);
      }
      run.type('q');
      await run.until(has(/monitor\nratchet>$/));
      expect(run.screen.text().startsWith(before)).toBe(true);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    });
  },
);
