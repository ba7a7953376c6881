import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limitsFor, type ExecutionEffects, type LimitWishes, type RunResult } from '#engine/index.ts';
import { settingsFrom, systemClock } from '#kernel/index.ts';
import { noEffects, programOf } from '#testing/code-program.ts';
import { Dispatcher } from '../../src/engine/pool/dispatcher.ts';
import { WorkerProcess } from '../../src/engine/pool/worker-process.ts';

/** What every false worker can do: speak frames on the pipe, and read those of the host. */
const speech = `
const pipe = new (require('net').Socket)({ fd: 3 });
pipe.on('error', () => process.exit());
pipe.on('close', () => process.exit());
function frame(message, payload = '') {
  const head = Buffer.from(JSON.stringify(message)), body = Buffer.from(payload), sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(4 + head.length + body.length, 0);
  sizes.writeUInt32BE(head.length, 4);
  return Buffer.concat([sizes, head, body]);
}
const say = (message, payload) => pipe.write(frame(message, payload));
const settle = (execution, output, ending = 'result', facts = '{}') => say({ type: 'settled', execution, ending, cpuMs: 1, heapBytes: 1, facts }, output);
let received = Buffer.alloc(0), onExecute = () => {}, onAny = () => {};
pipe.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
    const end = 4 + received.readUInt32BE(0);
    const message = JSON.parse(received.toString('utf8', 8, 8 + received.readUInt32BE(4)));
    received = received.subarray(end);
    onAny(message);
    if (message.type === 'execute') onExecute(message.execution);
  }
});
say({ type: 'ready', version: 1, pid: process.pid });
`;

export interface FalsePool {
  run(options?: FalseRun): Promise<RunResult>;
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

export interface FalseRun {
  readonly input?: unknown;
  readonly limits?: LimitWishes;
  readonly effects?: ExecutionEffects;
  readonly onLog?: (line: { message: string }) => void;
  readonly onProgress?: () => void;
}

/**
 * The host's real pool over worker processes that are taken over by an attacker: the nth worker started runs the nth body, and the
 * last body serves for all that follow. Bodies may use say, settle, frame, pipe, and set onExecute and onAny.
 */
export function falsePool(bodies: readonly string[], values: Readonly<Record<string, unknown>> = {}): FalsePool {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-false-worker-'));
  const settings = settingsFrom({ 'engine.workers': bodies.length, 'engine.executions_per_worker': 1, ...values });
  const entries = bodies.map((body, i) => {
    const entry = join(folder, `worker-${i}.cjs`);
    writeFileSync(entry, speech + body);
    return entry;
  });
  let started = 0;
  const dispatcher = new Dispatcher(
    (nice, events) =>
      new WorkerProcess({
        id: `false-${started}`,
        readable: [folder],
        entry: entries[Math.min(started++, entries.length - 1)]!,
        confinement: { kind: 'none', detail: '', wrap: (command) => [command] },
        rssMb: 512,
        isolates: 1,
        nice,
        onMessage: (message, payload) => events.onMessage(message, payload),
        onEnd: (how) => events.onEnd(how),
        onStderr: () => {},
      }),
    systemClock,
    settings,
  );
  return {
    dispatcher,
    run: ({ input = {}, limits = {}, effects = noEffects, ...rest } = {}) =>
      dispatcher.run({
        program: programOf('return () => 1'),
        input: JSON.stringify(input),
        context: { executionId: 'e', taskId: 't', taskVersion: '1.0.0' },
        limits: limitsFor(settings, { wallMs: 1_000, ...limits }),
        isolation: 'fresh',
        effects,
        ...rest,
      }),
    async close() {
      await dispatcher.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** MB by which the host's resident memory rises at most until the promise is settled. */
export async function growthDuring(work: Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 5);
  await work;
  clearInterval(timer);
  return most / 1_048_576;
}
