import type { JobStatus } from './job.ts';

/** What the model knows of a job. */
export interface ModelJob {
  readonly id: number;
  readonly task: number;
  status: JobStatus;
  priority: number;
  runAt: number;
  turn: number;
  deadline: number | null;
  readonly key: { readonly key: string; readonly limit: number } | null;
  readonly rate: { readonly key: string; readonly limit: number; readonly windowMs: number } | null;
  readonly ignoresPause: boolean;
  readonly needs: readonly number[];
  retryCount: number;
  token: number;
  leaseUntil: number;
  isCancelling: boolean;
  rescues: number;
}

/**
 * The queue as a person would explain it: all jobs in one list, looked through from the best to the last at every claim, and no memory of why
 * one was passed over. What the store does with holds, indexes and wakings must come to the same.
 */
export class QueueModel {
  readonly jobs = new Map<number, ModelJob>();
  readonly tasks = new Map<number, { enabled: boolean; limit: number | null }>();
  /** 0: everything. */
  readonly pauses = new Set<number>();
  readonly starts: { readonly key: string; readonly at: number; readonly job: number; readonly token: number }[] = [];

  waiting(): ModelJob[] {
    return this.with('queued', 'retrying');
  }

  with(...statuses: JobStatus[]): ModelJob[] {
    return [...this.jobs.values()].filter(({ status }) => statuses.includes(status));
  }

  turnOf(key: string | null, runAt: number): number {
    const turns = this.waiting()
      .filter((job) => key !== null && job.key?.key === key)
      .map(({ turn }) => turn + 100);
    return Math.max(runAt, ...turns);
  }

  expire(now: number): void {
    for (const job of this.waiting()) if (job.deadline !== null && job.deadline < now) this.end(job, 'failed');
  }

  claim(limit: number, now: number, leaseUntil: number): number[] {
    const claimed: number[] = [];
    for (const job of this.waiting().toSorted((a, b) => b.priority - a.priority || a.turn - b.turn || a.id - b.id)) {
      if (claimed.length === limit) break;
      if (!this.canStart(job, now)) continue;
      job.status = 'processing';
      job.token++;
      job.leaseUntil = leaseUntil;
      if (job.rate) this.starts.push({ key: job.rate.key, at: now, job: job.id, token: job.token });
      claimed.push(job.id);
    }
    return claimed;
  }

  canStart(job: ModelJob, now: number): boolean {
    const running = this.with('processing');
    const task = this.tasks.get(job.task)!;
    if (job.runAt > now || job.needs.some((id) => this.jobs.get(id)?.status !== 'completed')) return false;
    if (!job.ignoresPause && (this.pauses.has(0) || this.pauses.has(job.task))) return false;
    if (!task.enabled) return false;
    if (job.key && running.filter(({ key }) => key?.key === job.key!.key).length >= job.key.limit) return false;
    if (task.limit !== null && running.filter((one) => one.task === job.task).length >= task.limit) return false;
    if (job.rate === null) return true;
    const { key, limit, windowMs } = job.rate;
    return this.starts.filter((start) => start.key === key && start.at > now - windowMs).length < limit;
  }

  /** With all that need it. */
  end(job: ModelJob, status: 'completed' | 'failed' | 'cancelled'): void {
    job.status = status;
    if (status === 'completed') return;
    for (const dependent of this.waiting()) if (dependent.needs.includes(job.id)) this.end(dependent, 'cancelled');
  }

  giveBack(job: ModelJob, attemptsBefore: number): void {
    if (job.isCancelling) {
      this.end(job, 'cancelled');
      return;
    }
    job.status = attemptsBefore > 0 ? 'retrying' : 'queued';
    const started = this.starts.findIndex((start) => start.job === job.id && start.token === job.token);
    if (started >= 0) this.starts.splice(started, 1);
  }

  waitAgain(job: ModelJob, now: number): void {
    Object.assign(job, { status: 'queued', runAt: now, turn: now, retryCount: 0, rescues: 0, isCancelling: false });
    if (job.deadline !== null && job.deadline < now) job.deadline = null;
  }
}
