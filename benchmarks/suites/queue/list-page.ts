import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#kernel/index.ts';
import { openDatabase } from '#storage/index.ts';
import { getting, startLoadDriver } from '../../load.ts';
import type { BenchOptions } from '../../options.ts';
import { rounded } from '../../percentiles.ts';
import type { JobPage } from '../../subjects/ratchet-jobs.ts';
import { startServe, temporaryFolder } from '../../subjects/ratchet-serve.ts';
import { additionCopies } from '../../tasks/copies.ts';
import { fillJobs } from './fill.ts';

export interface ListFigures {
  readonly rows: number;
  readonly calls: readonly { readonly call: string; readonly p50Ms: number; readonly p99Ms: number }[];
}

/** What pages of a long list cost over HTTP, one call after the other. */
export async function measureListPage(options: BenchOptions): Promise<ListFigures> {
  const rows = options.mostRows;
  const folder = temporaryFolder();
  const sources = additionCopies([{ name: 'addition' }]);
  const databaseUrl = `sqlite:${join(folder.path, 'ratchet.db')}`;
  const start = () => startServe({ sources, databaseUrl, dataDir: folder.path });
  try {
    // The first start makes the tables and the task.
    await (await start()).stop();
    await fill(databaseUrl, rows);
    const server = await start();
    try {
      return { rows, calls: await measureCalls(server.url, rows, options.isQuick ? 10 : 200) };
    } finally {
      await server.stop();
    }
  } finally {
    folder.remove();
    rmSync(sources, { recursive: true });
  }
}

async function fill(url: string, rows: number): Promise<void> {
  const database = await openDatabase({ url, synchronous: 'normal', clock: systemClock, migrate: false });
  try {
    const [task] = await database.read.all<{ id: number }>('SELECT id FROM tasks');
    await fillJobs(database, { taskId: task!.id, after: 0, count: rows, kind: 'finished', now: systemClock.now() });
  } finally {
    await database.close();
  }
}

async function measureCalls(url: string, rows: number, times: number): Promise<ListFigures['calls']> {
  const middle = (await (await fetch(`${url}/api/v1/jobs?limit=25&offset=${rows / 2}`)).json()) as JobPage;
  const { total, next } = middle.meta.pagination;
  if (total !== rows || next === null) throw new Error(`a list of ${rows} jobs says that it has ${total}, and its next page is ${next}`);
  const calls = {
    'first page of jobs': '/jobs?limit=25',
    'page in the middle, by cursor': `/jobs?limit=25&after=${next}`,
    'page in the middle, by offset': `/jobs?limit=25&offset=${rows / 2}`,
    'page of the failed': '/jobs?limit=25&status=FAILED',
    'page of the completed, latest first': '/jobs?limit=25&status=COMPLETED&sort=-completed_at',
    'page of one task and status, with a total': '/jobs?limit=25&status=FAILED&task_name=addition',
    'total alone': '/jobs?limit=1',
    'first page of executions': '/executions?limit=25',
    statistics: '/jobs/stats',
  };
  const driver = startLoadDriver();
  try {
    const figures: { call: string; p50Ms: number; p99Ms: number }[] = [];
    for (const [call, path] of Object.entries(calls)) {
      const order = { ...getting(url, `/api/v1${path}`), connections: 1, perSecond: null, forMs: 10_000 };
      await driver.send({ ...order, requests: Math.ceil(times / 4) });
      const { p50Ms, p99Ms } = await driver.send({ ...order, requests: times });
      figures.push({ call, p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms) });
    }
    return figures;
  } finally {
    driver.close();
  }
}
