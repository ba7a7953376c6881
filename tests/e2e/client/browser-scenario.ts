import { connect, isError } from '#surfaces/client/index.ts';

/** What came of calling a server from somewhere. */
export interface ScenarioReport {
  readonly sum: unknown;
  readonly listed: boolean;
  readonly counted: number;
  readonly kinds: readonly string[];
  readonly cancelled: string;
  readonly error: string | null;
  readonly aborted: string | null;
}

/** Uses a server as a program would; runs in Node, in a page and in a worker. @param url of the server, which has the task addition */
export async function scenario(url: string): Promise<ScenarioReport> {
  const client = connect({ url });
  const queued = await client.jobs.enqueue({ taskId: 'addition', input: { num1: 5, num2: 10 }, wait: '20s' });
  const page = await client.jobs.list({ filter: { id: queued.id } });
  let counted = 0;
  for await (const job of client.jobs.each({ filter: { id: queued.id, status: 'COMPLETED' }, limit: 1 }))
    if (job.id === queued.id) counted++;

  const later = await client.jobs.enqueue({ taskId: 'addition', input: { num1: 1, num2: 1 }, delay: '1h' });
  const events = client.events.follow({ kind: ['job.queued', 'job.cancelled'] });
  const first = events.next();
  // The first event shows that the stream is open.
  for (let isOpen = false; !isOpen;) {
    await client.jobs.enqueue({ taskId: 'addition', delay: '1h' });
    const soon = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100));
    isOpen = await Promise.race([first.then(() => true), soon]);
  }
  const { job: cancelled } = await client.jobs.cancel({ id: later.id });
  const kinds: string[] = [];
  for await (const { kind, data } of events) {
    if (data.jobId === later.id) kinds.push(kind);
    if (kind === 'job.cancelled') break;
  }

  const failed = await client.jobs.show({ id: '999999' }).catch((caught: unknown) => caught);
  const leaving = new AbortController();
  const waiting = client.jobs.enqueue({ taskId: 'addition', delay: '1h', wait: '1m' }, { signal: leaving.signal });
  setTimeout(() => leaving.abort(new Error('not wanted any more')), 100);
  const aborted = await waiting.then(() => null).catch((caught: unknown) => (caught as Error).message);
  return {
    sum: queued.output,
    listed: page.items.some(({ id }) => id === queued.id),
    counted,
    kinds,
    cancelled: cancelled.status,
    error: isError(failed, 'JOB_NOT_FOUND') ? failed.data.job : null,
    aborted,
  };
}
