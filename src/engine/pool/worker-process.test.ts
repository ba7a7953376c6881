import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { settingsFrom, systemClock } from '#kernel/index.ts';
import { limitsFor } from '../limits.ts';
import { noEffects, programOf } from '#testing/code-program.ts';
import { isProcessAlive } from '#kernel/index.ts';
import { Dispatcher } from './dispatcher.ts';
import { WorkerProcess } from './worker-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-worker-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that is a liar: `body` speaks on the pipe as it likes. */
function liar(name: string, body: string): string {
  const entry = join(folder, `${name}.cjs`);
  writeFileSync(entry, `const pipe = new (require('net').Socket)({ fd: 3 });\npipe.on('error', () => {});\n${body}`);
  return entry;
}

const frame = `function frame(o) { const j = Buffer.from(JSON.stringify(o)); const h = Buffer.alloc(8); h.writeUInt32BE(4 + j.length); h.writeUInt32BE(j.length, 4); return Buffer.concat([h, j]); }\n`;
const ready = `${frame}pipe.write(frame({ type: 'ready', version: 1, pid: 1 }));\n`;

function start(entry: string, onMessage: (type: string) => void = () => {}): { worker: WorkerProcess; ended: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const worker = new WorkerProcess({
    id: 'liar',
    readable: [folder],
    entry,
    confinement: { kind: 'none', detail: '', wrap: (command) => [command] },
    rssMb: 512,
    isolates: 1,
    nice: 0,
    onMessage: (message) => onMessage(message.type),
    onEnd: resolve,
    onStderr: () => {},
  });
  return { worker, ended: promise };
}

describe('a worker process', () => {
  it.each([
    [
      'speaks another protocol version',
      `${frame}pipe.write(frame({ type: 'ready', version: 99, pid: 1 })); setInterval(() => {}, 1000);`,
      /protocol 99/,
    ],
    ['sends bytes that are no frame', `${ready}pipe.write(Buffer.alloc(64, 255)); setInterval(() => {}, 1000);`, /corrupt frame/],
    [
      'sends a message that does not exist',
      `${ready}pipe.write(frame({ type: 'own-the-host' })); setInterval(() => {}, 1000);`,
      /unknown message type/,
    ],
    ['ends before it is ready', 'process.exit(3);', /ended with code 3/],
    ['prints why it cannot start', 'console.error("no such module"); process.exit(1);', /no such module/],
  ])('that %s is ended, and the reason is told', async (name, body, reason) => {
    const { worker, ended } = start(liar(name.replaceAll(' ', '-'), body));
    expect(await ended).toMatch(reason);
    expect(worker.hasEnded).toBe(true);
    expect(isProcessAlive(worker.pid!)).toBe(false);
  });

  it('that floods the host with messages for executions it does not have changes nothing', async () => {
    const flood = `${ready}for (let i = 0; i < 5000; i++) pipe.write(frame({ type: 'settled', execution: i, ending: 'result', cpuMs: 1, heapBytes: 1, facts: '{}' })); setInterval(() => {}, 1000);`;
    let seen = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { worker } = start(liar('flood', flood), () => ++seen === 5000 && resolve());
    await promise;
    worker.kill('test is over');
    await worker.ended;
    expect(seen).toBe(5000);
  });

  it('starts with nothing in its environment but the time zone', async () => {
    process.env['RATCHET_TEST_SECRET'] = 'hidden';
    const { ended } = start(liar('environment', 'console.error(`env=${JSON.stringify(Object.keys(process.env))}`); process.exit(1);'));
    expect(await ended).toMatch(/env=\["TZ"\]/);
    delete process.env['RATCHET_TEST_SECRET'];
  });

  it('cannot read files outside its own', async () => {
    const { ended } = start(
      liar(
        'reader',
        'try { require("fs").readFileSync("/etc/passwd"); console.error("read it"); } catch (e) { console.error(e.code); } process.exit(1);',
      ),
    );
    expect(await ended).toMatch(/ERR_ACCESS_DENIED/);
  });
});

describe('workers that cannot start', () => {
  it('are not started again and again at full speed, and whoever waits is told', async () => {
    const settings = settingsFrom({ 'engine.workers': 2 });
    const entry = liar('broken', 'console.error("the disk is on fire"); process.exit(1);');
    let starts = 0;
    const dispatcher = new Dispatcher(
      (_nice, events) => {
        starts++;
        return new WorkerProcess({
          id: 'broken',
          readable: [folder],
          entry,
          confinement: { kind: 'none', detail: '', wrap: (command) => [command] },
          rssMb: 512,
          isolates: 1,
          nice: 0,
          onMessage: (message, payload) => events.onMessage(message, payload),
          onEnd: (how) => events.onEnd(how),
          onStderr: () => {},
        });
      },
      systemClock,
      settings,
    );
    const { outcome } = await dispatcher.run({
      program: programOf('return () => 1'),
      input: '{}',
      context: { executionId: 'a', taskId: 'b', taskVersion: '1.0.0' },
      limits: limitsFor(settings),
      isolation: 'fresh',
      effects: noEffects,
    });
    expect(outcome.error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', data: { detail: expect.stringContaining('the disk is on fire') } });
    expect(starts).toBeLessThanOrEqual(8);
    await dispatcher.close();
  });
});
