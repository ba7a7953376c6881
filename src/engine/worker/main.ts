import { setPriority } from 'node:os';
import { protocolVersion, type ToWorker } from '../protocol.ts';
import { Instruments } from './instruments.ts';
import { Isolates, type IsolationLevel } from './isolates.ts';
import { isolatedVm } from './native.ts';
import { dropPermissions } from './permission.ts';
import { Pipe } from './pipe.ts';
import { ProgramStore } from './program-store.ts';
import { Run } from './run.ts';
import { startWatchdog } from './watchdog.ts';

/** File descriptor of the pipe to the host. */
const pipeFd = 3;

const programs = new ProgramStore();
const runs = new Map<number, Run>();
/** Of executions that are about to be asked for. */
const instruments = new Map<number, Instruments>();
let isolates = new Isolates(16);
let watchdog: ReturnType<typeof startWatchdog> | undefined;
let isLeaving = false;
let idle: NodeJS.Timeout | undefined;
/** Longer than the pauses of steady traffic; making an isolate again takes 2 ms. */
const idleMs = 5_000;

isolatedVm();
dropPermissions();
const pipe = new Pipe(pipeFd, receive, endNow);
pipe.send({ type: 'ready', version: protocolVersion, pid: process.pid });

function receive(message: ToWorker, payload: Buffer): void {
  switch (message.type) {
    case 'hello':
      isolates = new Isolates(message.isolates);
      // The threads that run tasks are made later and inherit this.
      if (message.nice > 0) setPriority(message.nice);
      watchdog = startWatchdog({ runs, rssMb: message.rssMb, purge: () => isolates.purge(), leave });
      return;
    case 'program':
      return programs.keep(message, payload);
    case 'execute': {
      const program = programs.get(message.program);
      if (!program) return pipe.send({ type: 'missing', execution: message.execution, program: message.program });
      const options = payload.toString('utf8', 0, message.optionsBytes);
      const input = payload.toString('utf8', message.optionsBytes);
      const run = new Run(
        message,
        program,
        { input, options },
        {
          pipe,
          isolates,
          instruments: instruments.size === 0 ? null : takeInstruments(message.execution),
          onEnd: ({ stopped }) => ended(run, stopped),
        },
      );
      runs.set(message.execution, run);
      watchdog?.wake();
      run.start();
      return;
    }
    case 'instruments':
      instruments.set(message.execution, new Instruments(message, (frame, text) => pipe.sendText(frame, text ?? '')));
      return;
    case 'attach':
    case 'command':
    case 'detach':
    case 'proceed':
    case 'gate':
      return runs.get(message.execution)?.instruments?.receive(message, payload.toString('utf8'));
    case 'answer':
      return runs.get(message.execution)?.answer(message.effect, message.head, message.isText ? payload.toString('utf8') : copyOf(payload));
    case 'cancel':
      return runs.get(message.execution)?.stop('cancelled');
    case 'ping':
      return pipe.send({ type: 'pong', number: message.number, rssBytes: process.memoryUsage.rss() });
    case 'bye':
      return endNow();
  }
}

function takeInstruments(execution: number): Instruments | null {
  const taken = instruments.get(execution);
  instruments.delete(execution);
  return taken ?? null;
}

function ended(run: Run, stopped: Promise<boolean>): void {
  runs.delete(run.message.execution);
  void stopped.then((hasStopped) => {
    if (!hasStopped) leave('an execution could not be interrupted', false);
    else if (isLeaving && runs.size === 0) pipe.flush(endNow);
    else if (runs.size === 0) {
      setImmediate(prepareFor, run);
      purgeLater();
    }
  });
}

/** What is only kept for speed is given up by a worker that idles: an isolate that has run things holds some 25 MB. */
function purgeLater(): void {
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (runs.size === 0) isolates.purge();
  }, idleMs);
}

function prepareFor(run: Run): void {
  if (runs.size > 0 || isLeaving || run.instruments !== null) return;
  const program = programs.get(run.message.program);
  if (!program) return;
  try {
    isolates.prepare(program, run.message.memoryMb, run.message.isolation as IsolationLevel);
  } catch {
    // Whatever is wrong with the program is told to the execution that asks for it.
  }
}

/** Takes no more executions; ends when the present ones have, or at once when they must not go on. */
function leave(reason: string, isUrgent: boolean): void {
  const blame = runs.size > 1 ? 'evicted' : 'memory';
  if (isUrgent) for (const run of runs.values()) run.stop(blame);
  if (!isLeaving) pipe.send({ type: 'leaving', reason });
  isLeaving = true;
  if (runs.size === 0) pipe.flush(endNow);
}

/** A process with a busy isolate hangs or crashes on a normal exit, so a worker always ends the hard way. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

function copyOf(payload: Buffer): ArrayBuffer {
  return payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.byteLength) as ArrayBuffer;
}
