import type { Clock, Settings } from '#kernel/index.ts';
import { cancelled, engineBusy, engineUnavailable, memoryExceeded, wallTimeExceeded, workerCrashed } from '../errors.ts';
import type { FromWorker, FromWorkerOf } from '../protocol.ts';
import { timeoutGrace } from '../limits.ts';
import type { RunRequest, RunResult } from '../run-request.ts';
import { balance, healthCheckInterval, maxWaiting, maxWorkerExecutions, workerRss } from '../settings.ts';
import { ActiveRun } from './active-run.ts';
import { nextWorker } from './balance.ts';
import { countStaying, surplusOf } from './lane-slots.ts';
import { laneNames, lanesOf, type Lane, type LaneName } from './lanes.ts';
import { ProgramHistory } from './program-history.ts';
import { RestartDamper } from './restart-damper.ts';
import type { DispatcherStats } from './dispatcher-stats.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { WorkerSlot } from './worker-slot.ts';

const sweepMs = 100;

export interface WorkerEvents {
  onMessage(message: FromWorker, payload: Buffer): void;
  onEnd(how: string): void;
}

export type SpawnWorker = (nice: number, events: WorkerEvents) => WorkerProcess;

/**
 * Gives executions to workers, each program in the lane it has earned. Also the fourth ring of limits: whatever a worker does not end
 * itself, this kills.
 */
export class Dispatcher {
  readonly #spawn: SpawnWorker;
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #slots = new Set<WorkerSlot>();
  #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #waiting: Readonly<Record<LaneName, ActiveRun[]>> = { quick: [], unknown: [], suspect: [] };
  readonly #history = new ProgramHistory();
  readonly #damper: RestartDamper;
  #sweeper: NodeJS.Timeout | undefined;
  #lastPingMs = 0;
  #next = 1;
  #restarts = 0;
  #picks = 0;
  #isClosed = false;

  constructor(spawn: SpawnWorker, clock: Clock, settings: Settings) {
    this.#spawn = spawn;
    this.#clock = clock;
    this.#settings = settings;
    this.#damper = new RestartDamper(clock, settings);
    this.#lanes = lanesOf(settings);
  }

  run(request: RunRequest): Promise<RunResult> {
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    const graceMs = this.#settings.get(timeoutGrace) * 1000;
    const run = new ActiveRun(this.#next++, request, () => this.#clock.monotonic(), resolve, graceMs);
    const waiting = this.#waitingCount();
    const limit = this.#settings.get(maxWaiting);
    if (this.#isClosed) run.fail(engineUnavailable({ detail: 'the engine has been closed' }));
    else if (request.signal?.aborted) run.fail(cancelled({ reason: 'it was asked to stop before it began' }));
    else if (request.effects.refusal && request.checkOnly !== true) run.fail(request.effects.refusal);
    else {
      const lane = this.#laneOf(run);
      this.#waiting[lane].push(run);
      this.#dispatch();
      if (!run.hasEnded && waiting >= limit && this.#waiting[lane].at(-1) === run) {
        this.#waiting[lane].pop();
        run.fail(engineBusy({ waiting, limit }));
      } else if (request.signal) {
        const cancel = () => this.#cancel(run);
        request.signal.addEventListener('abort', cancel, { once: true });
        void promise.then(() => request.signal?.removeEventListener('abort', cancel));
      }
    }
    return promise;
  }

  /** Starts workers ahead of the first execution. */
  prestart(count: number): void {
    while (this.#slots.size < Math.min(count, this.#lanes.unknown.mostWorkers)) this.#add('unknown');
  }

  /**
   * Changes how many workers there may be, until this process ends. More are started at once; of too many those with the least to do take
   * nothing more, and leave when what runs in them has ended.
   */
  scale(count: number): void {
    const before = this.#lanes.quick.mostWorkers;
    this.#lanes = lanesOf(this.#settings, count);
    for (const name of ['quick', 'unknown'] as const) for (const slot of surplusOf(this.#slots, name, count)) this.#retire(slot);
    const busiest: LaneName = this.#sizeOf('quick') > 0 ? 'quick' : 'unknown';
    if (count > before) while (this.#sizeOf(busiest) < this.#lanes[busiest].mostWorkers && this.#damper.mayStart()) this.#add(busiest);
    this.#dispatch();
  }

  stats(): DispatcherStats {
    const slots = [...this.#slots];
    return {
      workers: slots.map(({ process, lane, runs, pingedMs }) => ({
        id: process.id,
        pid: process.pid,
        lane,
        state: process.isLeaving ? 'leaving' : process.isReady ? 'ready' : 'starting',
        executions: process.executionsStarted,
        running: [...runs.values()].map(({ request }) => request.context.executionId),
        rssBytes: process.rssBytes(),
        cpuMs: process.cpuMs(),
        uptimeMs: this.#clock.monotonic() - process.startedMs,
        silentMs: pingedMs === null ? 0 : this.#clock.monotonic() - pingedMs,
      })),
      running: slots.reduce((sum, slot) => sum + slot.runs.size, 0),
      waiting: this.#waitingCount(),
      suspects: this.#history.suspects,
      restarts: this.#restarts,
      mostWorkers: this.#lanes.quick.mostWorkers,
    };
  }

  /** Ends every worker; executions that still run fail as cancelled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    this.#damper.stop();
    const reason = cancelled({ reason: 'the engine is closing' });
    for (const name of laneNames) for (const run of this.#waiting[name].splice(0)) run.fail(reason);
    const ended = [...this.#slots].map(async (slot) => {
      for (const run of slot.runs.values()) run.fail(reason);
      slot.process.ref(true);
      slot.process.kill('the engine is closing');
      await slot.process.ended;
    });
    await Promise.all(ended);
  }

  #laneOf(run: ActiveRun): LaneName {
    return this.#history.laneOf(run.request.program.id, this.#clock.monotonic());
  }

  #waitingCount(): number {
    return this.#waiting.quick.length + this.#waiting.unknown.length + this.#waiting.suspect.length;
  }

  #cancel(run: ActiveRun): void {
    for (const name of laneNames) {
      const queue = this.#waiting[name];
      const at = queue.indexOf(run);
      if (at >= 0) queue.splice(at, 1);
      if (at >= 0) return run.fail(cancelled({ reason: 'it was asked to stop before it began' }));
    }
    run.cancel();
  }

  #dispatch(): void {
    for (const name of laneNames) this.#dispatchLane(name);
    // What changed lanes while it waited may have gone to one that had its turn already.
    if (this.#waiting.quick.length > 0) this.#dispatchLane('quick');
  }

  #dispatchLane(name: LaneName): void {
    const queue = this.#waiting[name];
    while (queue.length > 0) {
      // What is known of a program can have changed while it waited.
      const rightLane = this.#laneOf(queue[0]!);
      if (rightLane !== name) {
        this.#waiting[rightLane].push(queue.shift()!);
        continue;
      }
      const own = this.#freest(name, this.#lanes[name].perWorker);
      // A new process takes a tenth of a second to start; one that idles is better, one that is busy is worse.
      if ((!own || own.runs.size > 0) && this.#sizeOf(name) < this.#lanes[name].mostWorkers && this.#damper.mayStart()) this.#add(name);
      // Quick programs need not wait for their first worker while another one idles. Later they do: beside busy workers it only costs.
      const slot = own ?? (name === 'quick' && !this.#hasReady('quick') ? this.#freest('unknown', 1) : undefined);
      if (!slot) {
        if (this.#sizeOf(name) === 0) this.#wait();
        return;
      }
      const run = queue.shift()!;
      slot.runs.set(run.number, run);
      slot.lastPicked = ++this.#picks;
      if (slot.runs.size === 1) slot.process.ref(true);
      this.#sweep(true);
      run.start(slot.process);
    }
  }

  /** The ready worker of a lane that takes the next execution, of those with fewer than `below`. */
  #freest(lane: LaneName, below: number): WorkerSlot | undefined {
    const candidates: WorkerSlot[] = [];
    for (const slot of this.#slots) {
      if (slot.lane === lane && slot.process.isReady && !slot.process.isLeaving && slot.runs.size < below) candidates.push(slot);
    }
    return nextWorker(this.#settings.get(balance), candidates, below) ?? undefined;
  }

  #hasReady(lane: LaneName): boolean {
    for (const slot of this.#slots) if (slot.lane === lane && slot.process.isReady && !slot.process.isLeaving) return true;
    return false;
  }

  #sizeOf(lane: LaneName): number {
    return countStaying(this.#slots, lane);
  }

  #retire(slot: WorkerSlot): void {
    slot.process.isLeaving = true;
    // One that is told to go before it is there would count as one that failed to start.
    slot.process.ready.then(
      () => this.#dismiss(slot),
      () => {},
    );
  }

  /** No worker and none may be started yet: after too many failures in a row whoever waits is told, else tried again later. */
  #wait(): void {
    const problem = this.#damper.problem;
    if (problem !== null) {
      for (const name of laneNames) {
        for (const run of this.#waiting[name].splice(0)) run.fail(engineUnavailable({ detail: problem }));
      }
    } else this.#damper.later(() => this.#dispatch());
  }

  #add(lane: LaneName): WorkerSlot {
    const slot: WorkerSlot = {
      process: this.#spawn(this.#lanes[lane].nice, {
        onMessage: (message, payload) => this.#receive(slot, message, payload),
        onEnd: (how) => this.#ended(slot, how),
      }),
      lane,
      runs: new Map(),
      pingedMs: null,
      successor: null,
      lastPicked: 0,
      ended: 0,
      lost: 0,
    };
    this.#slots.add(slot);
    slot.process.ready.then(
      () => {
        this.#damper.started();
        if (slot.runs.size === 0 && this.#waiting[lane].length === 0) slot.process.ref(false);
        this.#dispatch();
      },
      () => {},
    );
    return slot;
  }

  #receive(slot: WorkerSlot, message: FromWorker, payload: Buffer): void {
    if (message.type === 'pong') {
      slot.pingedMs = null;
      return;
    }
    if (message.type === 'leaving') {
      slot.process.isLeaving = true;
      return this.#dispatch();
    }
    if (message.type === 'ready') return;
    const run = slot.runs.get(message.execution);
    if (!run) return;
    switch (message.type) {
      case 'missing':
        if (!run.sendAgain(slot.process)) slot.process.kill('it asked twice for the same program');
        return;
      case 'log':
        return run.log(message, payload.toString('utf8'));
      case 'progress':
        return run.progress(payload.toString('utf8'));
      case 'effect':
        void run.effect(message, payload);
        return;
      case 'abort':
        return run.abort(message.effect);
      case 'inspectable':
        return run.inspectable();
      case 'inspected':
        return run.inspected(message.session, payload.toString('utf8'));
      case 'insight':
        return run.insight(message, payload.toString('utf8'));
      case 'settled':
        this.#release(slot, run);
        run.settled(message, payload.toString('utf8'));
        this.#remember(run, slot.lane, message);
        if (slot.process.isLeaving) this.#dismiss(slot);
        else if (slot.process.executionsStarted >= this.#settings.get(maxWorkerExecutions)) this.#replace(slot);
        return this.#dispatch();
    }
  }

  #remember(run: ActiveRun, lane: LaneName, { ending, cpuMs }: FromWorkerOf<'settled'>): void {
    if (ending === 'cpu' || ending === 'memory') this.#suspect(run, true);
    else if (ending === 'evicted') this.#suspect(run, false);
    else if (ending === 'result' || ending === 'failure') this.#history.endedWell(run.request.program.id, cpuMs, lane);
  }

  #suspect(run: ActiveRun, isProven: boolean): void {
    this.#history.endedBadly(run.request.program.id, this.#clock.monotonic(), isProven);
  }

  #release(slot: WorkerSlot, run: ActiveRun): void {
    slot.runs.delete(run.number);
    slot.ended++;
    if (slot.runs.size === 0) slot.process.ref(false);
  }

  /** A worker that has served long enough goes on until its successor is ready. */
  #replace(slot: WorkerSlot): void {
    if (slot.successor !== null || !this.#damper.mayStart()) return;
    slot.successor = this.#add(slot.lane);
    slot.successor.process.ready.then(
      () => {
        slot.process.isLeaving = true;
        this.#dismiss(slot);
      },
      () => (slot.successor = null),
    );
  }

  /** Lets a worker go once nothing runs in it. */
  #dismiss(slot: WorkerSlot): void {
    if (slot.runs.size === 0) slot.process.send({ type: 'bye' });
  }

  #ended(slot: WorkerSlot, how: string): void {
    this.#slots.delete(slot);
    if (!slot.process.isReady) this.#damper.failed(how);
    else if (!slot.process.isLeaving && !this.#isClosed) this.#restarts++;
    slot.lost += slot.runs.size;
    for (const run of slot.runs.values()) {
      // Nobody knows which of them it was, or whether it was one of them at all.
      if (!this.#isClosed) this.#suspect(run, false);
      run.fail(this.#blame(run, how));
    }
    slot.runs.clear();
    if (!this.#isClosed) this.#dispatch();
  }

  #blame(run: ActiveRun, how: string) {
    const { limits, signal } = run.request;
    if (how === 'overdue' && signal?.aborted) return cancelled({ reason: 'it was asked to stop and did not' });
    if (how === 'overdue')
      return run.isOverdue(this.#clock.monotonic())
        ? wallTimeExceeded({ limitMs: limits.wallMs })
        : workerCrashed({ detail: 'a neighbour had to be killed' });
    if (how === 'memory') return memoryExceeded({ limitMb: limits.memoryMb });
    return workerCrashed({ detail: how });
  }

  /** Looks at everything that runs; only while something runs. */
  #sweep(start = false): void {
    if (start) {
      this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs);
      return;
    }
    const now = this.#clock.monotonic();
    const isPingTime = now - this.#lastPingMs > this.#settings.get(healthCheckInterval) * 1000;
    if (isPingTime) this.#lastPingMs = now;
    let running = 0;
    for (const slot of this.#slots) {
      running += slot.runs.size;
      if (slot.runs.size === 0) {
        slot.pingedMs = null;
        continue;
      }
      const { process } = slot;
      if (slot.pingedMs !== null && now - slot.pingedMs > this.#lanes[slot.lane].silenceMs) process.kill('it stopped answering');
      else if ([...slot.runs.values()].some((run) => run.isOverdue(now))) process.kill('overdue');
      else if (process.rssBytes() > this.#settings.get(workerRss) * 1.25 * 1_048_576)
        process.kill(slot.runs.size === 1 ? 'memory' : 'it used too much memory');
      else if (isPingTime && slot.pingedMs === null) {
        slot.pingedMs = now;
        process.send({ type: 'ping', number: Math.round(now) });
      }
    }
    if (running === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }
}
