import type { Clock, IdSource } from '#kernel/index.ts';
import type { ClaimedJob, JobStore, Lease } from '../job-store.ts';
import type { Attempt, AttemptEnd } from './attempt.ts';
import { Alarm } from './alarm.ts';

export interface DispatcherParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** This process; new at every start. */
  readonly owner: string;
  /** Nobody else works on this database: whatever another owner holds was left behind. */
  readonly isOnlyOwner: boolean;
  /** Jobs held at once; looked at whenever there may be room, so that it may change. */
  readonly capacity: number;
  /** Jobs claimed in one transaction. */
  readonly mostPerClaim?: number;
  /** How long a lease lasts; it is renewed three times in that time. */
  readonly leaseMs: number;
  /** Attempts of one job that may be lost before it fails. */
  readonly mostRescues: number;
  readonly begin: (job: ClaimedJob) => Attempt;
  /** Tasks that fail too often, until when they rest. */
  readonly brokenTasks: () => ReadonlyMap<number, number>;
  /** Called with what went wrong in the loops themselves; they go on. */
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly onRescued: (jobIds: readonly string[]) => void;
}

export interface Dispatcher {
  /** Takes back what an earlier process left, and begins to claim. */
  start(): Promise<void>;
  /** There may be work: now, or at a time (milliseconds since 1970 UTC). */
  poke(at?: number): void;
  /** Ends the attempt of a job, if it runs here. */
  stopRunning(jobId: number): void;
  stats(): { readonly running: number; readonly capacity: number; readonly isDraining: boolean };
  /** Claims nothing any more, waits for what runs, and after `graceMs` gives the rest back without burning an attempt. */
  stop(graceMs: number): Promise<void>;
}

/**
 * However quiet it is, look again this often. Others may have the database too, and what they announce can get lost; where nobody else
 * works on it nothing happens without this process, and looking is for repair only.
 */
const looks = {
  shared: { againMs: 1_000, rescueMs: 2_000 },
  owned: { againMs: 10_000, rescueMs: 30_000 },
} as const;
const usualMostPerClaim = 64;
/** Jobs that may be held, as a multiple of those that run: beside those that run some are being written down, and writing may take long. */
const mostUnwritten = 4;
/** A claim that found less than there was room for may have parked jobs until a time: soon after it, ask when. */
const askSoonMs = 100;

/** Claims jobs while there is room for them, keeps their leases, and takes back what others have lost. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { store, clock, ids, owner } = parts;
  const { againMs, rescueMs } = parts.isOnlyOwner ? looks.owned : looks.shared;
  const running = new Map<number, { readonly lease: Lease; readonly attempt: Attempt; readonly ended: Promise<void> }>();
  const alarm = new Alarm(clock, () => void look());
  /** Of those, which still run; the others are being written down. */
  let busy = 0;
  let isDraining = false;
  let isClaiming = false;
  let wantsClaim = false;
  let rescuer: NodeJS.Timeout | undefined;
  let keeper: NodeJS.Timeout | undefined;

  const trouble = (what: string) => (error: unknown) => parts.onTrouble(what, error);

  /** What has become due becomes claimable; then claims. */
  async function look(): Promise<void> {
    try {
      const { nextAt } = await store.wake(clock.now());
      if (nextAt !== null) alarm.setFor(nextAt);
    } catch (error) {
      parts.onTrouble('look for jobs that are due', error);
    }
    if (!isDraining) alarm.setFor(clock.now() + againMs);
    void claim(false);
  }

  /** @param asksSoon whether to find out afterwards when there is more; not after a look, which has just done so */
  async function claim(asksSoon = true): Promise<void> {
    wantsClaim = true;
    if (isClaiming) return;
    isClaiming = true;
    try {
      const mayClaim = () => wantsClaim && !isDraining && busy < parts.capacity && running.size < parts.capacity * mostUnwritten;
      while (mayClaim()) {
        wantsClaim = false;
        const limit = Math.min(parts.capacity - busy, parts.mostPerClaim ?? usualMostPerClaim);
        const now = clock.now();
        const jobs = await store.claim({
          owner,
          now,
          leaseUntil: now + parts.leaseMs,
          limit,
          newExecutionUuid: () => ids.next<'execution'>(),
          brokenTasks: parts.brokenTasks(),
        });
        for (const job of jobs) begin(job);
        for (const id of jobs.flatMap(({ replaces }) => replaces)) running.get(id)?.attempt.stop('cancelled');
        if (jobs.length === limit) wantsClaim = true;
        else if (asksSoon && !isDraining) alarm.setFor(now + askSoonMs);
      }
    } catch (error) {
      parts.onTrouble('claim jobs', error);
    } finally {
      isClaiming = false;
    }
  }

  function begin(job: ClaimedJob): void {
    const lease = { jobId: job.id, token: job.token };
    const attempt = parts.begin(job);
    busy++;
    let isRunning = true;
    const ran = () => {
      if (!isRunning) return;
      isRunning = false;
      busy--;
      // Its end is not written yet, so it frees nothing but a place here: for jobs that the last claim had no place for.
      if (wantsClaim && !isDraining) void claim();
    };
    void attempt.ran.then(ran);
    const ended = attempt.ended.then(
      (end) => settle(job, end, ran),
      (error: unknown) => settle(job, { kind: 'trouble', error }, ran),
    );
    running.set(job.id, { lease, attempt, ended });
  }

  function settle(job: ClaimedJob, end: AttemptEnd, ran: () => void): void {
    running.delete(job.id);
    ran();
    if (end.kind === 'trouble') parts.onTrouble(`end the attempt of job ${job.uuid}`, end.error);
    if (end.kind === 'committed' && end.retryAt !== null) alarm.setFor(end.retryAt);
    if (!isDraining) void claim();
  }

  async function keepLeases(): Promise<void> {
    if (running.size === 0) return;
    const leases = [...running.values()].map(({ lease }) => lease);
    const { lost, cancelled } = await store.renew(owner, leases, clock.now() + parts.leaseMs);
    for (const { jobId, token } of lost) {
      const held = running.get(jobId);
      if (held?.lease.token === token) held.attempt.stop('lost');
    }
    for (const { jobId, token } of cancelled) {
      const held = running.get(jobId);
      if (held?.lease.token === token) held.attempt.stop('cancelled');
    }
  }

  async function rescue(): Promise<void> {
    const rescued = await store.rescue({
      owner,
      isOnlyOwner: parts.isOnlyOwner,
      now: clock.now(),
      mostRescues: parts.mostRescues,
    });
    if (rescued.length === 0) return;
    parts.onRescued(rescued.map(({ uuid }) => uuid));
    await look();
  }

  return {
    async start() {
      await rescue();
      rescuer = setInterval(() => void rescue().catch(trouble('take back lost jobs')), rescueMs).unref();
      keeper = setInterval(() => void keepLeases().catch(trouble('renew leases')), parts.leaseMs / 3).unref();
      await look();
    },
    poke(at) {
      if (isDraining) return;
      if (at !== undefined && at > clock.now()) alarm.setFor(at);
      else void claim();
    },
    stopRunning: (jobId) => running.get(jobId)?.attempt.stop('cancelled'),
    stats: () => ({ running: busy, capacity: parts.capacity, isDraining }),
    async stop(graceMs) {
      isDraining = true;
      alarm.clear();
      clearInterval(rescuer);
      // Leases are kept to the end: what still runs must not be taken by others.
      const all = () => Promise.all([...running.values()].map(({ ended }) => ended));
      let timer: NodeJS.Timeout | undefined;
      const graceOver = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
      await Promise.race([all(), graceOver]);
      clearTimeout(timer);
      for (const { attempt } of running.values()) attempt.stop('shutdown');
      await all();
      clearInterval(keeper);
    },
  };
}
