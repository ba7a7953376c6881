import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock, type Clock, type Settings } from '#kernel/index.ts';
import { nativeModuleFile } from './native-module.ts';
import { expectConfinement, probeConfinement, type Confinement } from './pool/confinement.ts';
import { Dispatcher, type SpawnWorker } from './pool/dispatcher.ts';
import type { DispatcherStats } from './pool/dispatcher-stats.ts';
import { WorkerProcess } from './pool/worker-process.ts';
import type { RunRequest, RunResult } from './run-request.ts';
import { engineUnavailable } from './errors.ts';
import { confinement, isolatesPerWorker, workerRss } from './settings.ts';
import { runWithInstruments } from './run-with-instruments.ts';
import { workerEntry } from './worker-entry.ts';

export interface Engine {
  /** Runs one execution in the sandbox. Never rejects: what goes wrong is in the outcome. */
  run(request: RunRequest): Promise<RunResult>;
  /** Starts workers ahead of need. */
  prestart(count?: number): Promise<void>;
  /** Changes how many workers there may be, until this process ends: more are started, of too many some leave when nothing runs in them. */
  scale(count: number): void;
  stats(): EngineStats;
  /** Ends every worker; executions that still run end as cancelled. */
  close(): Promise<void>;
}

export interface EngineStats extends DispatcherStats {
  confinement: string;
}

export interface EngineOptions {
  clock?: Clock;
  /** Lines workers print on stderr: engine warnings, mostly. */
  onDiagnostic?: (line: string) => void;
}

/**
 * Runs untrusted programs in worker processes. Cheap until the first run: nothing is started before.
 * @throws ENGINE_UNAVAILABLE when the confinement that the configuration requires does not work here
 */
export async function createEngine(settings: Settings, options: EngineOptions = {}): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const ring = await openRing(settings);
  const dispatcher = new Dispatcher(spawner(settings, ring, options), clock, settings);
  return {
    run: (request) =>
      request.instruments === undefined ? dispatcher.run(request) : runWithInstruments(request, (changed) => dispatcher.run(changed)),
    prestart: async (count = 1) => dispatcher.prestart(count),
    scale: (count) => dispatcher.scale(count),
    stats: () => ({ ...dispatcher.stats(), confinement: ring.now.kind }),
    close: () => dispatcher.close(),
  };
}

/** What confines the workers; changes at most once, when what was expected turns out not to work. */
interface Ring {
  now: Confinement;
  isProved: boolean;
}

async function openRing(settings: Settings): Promise<Ring> {
  const wanted = settings.get(confinement);
  const expected = wanted === 'auto' ? expectConfinement() : null;
  if (expected) return { now: expected, isProved: false };
  const now = await probeConfinement(wanted);
  if (wanted === 'bwrap' && now.kind !== 'bwrap') throw engineUnavailable({ detail: `engine.confinement is bwrap, but ${now.detail}` });
  return { now, isProved: true };
}

function spawner(settings: Settings, ring: Ring, options: EngineOptions): SpawnWorker {
  let number = 0;
  const native = nativeModuleFile();
  const readable = [import.meta.dirname, packageFile(), native];
  return (nice, events) => {
    const worker = new WorkerProcess({
      id: `worker-${number++}`,
      readable,
      entry: workerEntry,
      args: [native],
      confinement: ring.now,
      rssMb: settings.get(workerRss),
      isolates: settings.get(isolatesPerWorker),
      nice,
      onMessage: (message, payload) => events.onMessage(message, payload),
      onEnd(how) {
        if (worker.isReady) ring.isProved = true;
        if (ring.isProved) return events.onEnd(how);
        ring.isProved = true;
        void probeConfinement('auto').then((found) => {
          ring.now = found;
          if (found.kind === 'none') options.onDiagnostic?.(`workers run without bubblewrap: ${found.detail}`);
          events.onEnd(how);
        });
      },
      onStderr: (text) => options.onDiagnostic?.(text.trimEnd()),
    });
    return worker;
  };
}

/** The nearest package.json above this file: it says that our files are modules. */
function packageFile(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'package.json');
}
