import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { BenchOptions } from '../../options.ts';
import { percentile, rounded } from '../../percentiles.ts';
import { cpuOf, processMemory } from '../../process-family.ts';
import { startServe, temporaryFolder } from '../../subjects/ratchet-serve.ts';
import { additionCopies } from '../../tasks/copies.ts';

export interface FanOutFigures {
  readonly subscribers: number;
  readonly events: number;
  readonly ways: readonly {
    readonly way: string;
    /** From the first subscriber that was told of an event to the last one. */
    readonly spreadP50Ms: number;
    readonly spreadP99Ms: number;
    /** Processor time of the server per subscriber told, beyond what the same jobs cost it when nobody listens. */
    readonly cpuMicros: number;
    /** What a subscriber that waits adds to the resident size of the server, in KB. */
    readonly residentKb: number;
  }[];
}

/** Opens one subscription. @returns how to end it, once it is there */
type Subscribe = (url: string, told: (jobId: string) => void) => Promise<() => void>;

const subscription = 'subscription { events(kind: ["job.completed"]) { data { jobId } } }';
/** A job that nobody told of by then completed before anybody listened. */
const firstMs = 2_000;
const jobIn = /"jobId":"(\d+)"/g;

const ways: Readonly<Record<string, Subscribe>> = {
  'Server-Sent Events of REST': (url, told) => streamed('GET', `${url}/api/v1/events?kind=job.completed`, undefined, told),
  'Server-Sent Events of GraphQL': (url, told) => streamed('POST', `${url}/graphql`, JSON.stringify({ query: subscription }), told),
  'WebSocket of GraphQL': (url, told) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
      socket.on('error', reject);
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('message', (data) => {
        const text = (data as Buffer).toString();
        if (text.includes('connection_ack')) {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }));
          resolve(() => socket.terminate());
        }
        for (const found of text.matchAll(jobIn)) told(found[1]!);
      });
    }),
};

/** Jobs complete one after the other while many follow, each in its own connection; each way on a server of its own. */
export async function measureFanOut({ isQuick }: BenchOptions): Promise<FanOutFigures> {
  const subscribers = isQuick ? 100 : 1_000;
  const events = isQuick ? 5 : 50;
  const measured: FanOutFigures['ways'][number][] = [];
  for (const [way, subscribe] of Object.entries(ways)) measured.push({ way, ...(await measureWay(subscribe, subscribers, events)) });
  return { subscribers, events, ways: measured };
}

async function measureWay(subscribe: Subscribe, subscribers: number, events: number): Promise<Omit<FanOutFigures['ways'][number], 'way'>> {
  const folder = temporaryFolder();
  const sources = additionCopies([{ name: 'addition' }]);
  const server = await startServe({ sources, databaseUrl: `sqlite:${join(folder.path, 'ratchet.db')}`, dataDir: folder.path });
  const ends: (() => void)[] = [];
  try {
    const one = await tellable(subscribe, server.url);
    // Warm, and what the jobs themselves cost with one who listens.
    for (let n = 0; n < events; n++) await one.next();
    const aloneMs = await cpuMsOf(server.pid, events, one.next);
    const residentMb = processMemory(server.pid).rssMb;
    const told = new Map<string, number[]>();
    let complete: { id: string; resolve: () => void } | null = null;
    const hear = (id: string) => {
      const times = told.get(id) ?? [];
      told.set(id, times);
      times.push(performance.now());
      if (complete?.id === id && times.length >= subscribers) complete.resolve();
    };
    for (let n = 0; n < subscribers; n += 50) {
      const more = Array.from({ length: Math.min(50, subscribers - n) }, () => subscribe(server.url, hear));
      ends.push(...(await Promise.all(more)));
    }
    const grownMb = processMemory(server.pid).rssMb - residentMb;
    /** Resolves when every subscriber has heard of the next job. */
    const heardByAll = async (): Promise<number[]> => {
      const id = await one.next();
      const { promise, resolve } = Promise.withResolvers<void>();
      complete = { id, resolve };
      if ((told.get(id)?.length ?? 0) < subscribers) await promise;
      return told.get(id)!;
    };
    // Who was acknowledged may not listen yet: the first event that all of them hear says that they do.
    while ((await Promise.race([heardByAll(), sleep(firstMs, null)])) === null);
    const spreads: number[] = [];
    const togetherMs = await cpuMsOf(server.pid, events, async () => {
      const times = await heardByAll();
      spreads.push(times.at(-1)! - times[0]!);
    });
    one.end();
    return {
      spreadP50Ms: rounded(percentile(spreads, 0.5)),
      spreadP99Ms: rounded(percentile(spreads, 0.99)),
      cpuMicros: rounded(((togetherMs - aloneMs) / events / subscribers) * 1_000),
      residentKb: rounded((grownMb * 1_024) / subscribers),
    };
  } finally {
    for (const end of ends) end();
    await server.stop();
    folder.remove();
    rmSync(sources, { recursive: true });
  }
}

/** One subscriber, and a job after the other whose completion it waits for. */
async function tellable(subscribe: Subscribe, url: string): Promise<{ next: () => Promise<string>; end: () => void }> {
  const told = new Set<string>();
  let wake = () => {};
  const end = await subscribe(url, (id) => {
    told.add(id);
    wake();
  });
  const next = async (): Promise<string> => {
    const response = await fetch(`${url}/api/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"taskId":"addition","input":{"num1":1,"num2":2}}',
    });
    const { data } = (await response.json()) as { data: { id: string } };
    const giveUpAt = performance.now() + firstMs;
    while (!told.has(data.id)) {
      await Promise.race([new Promise<void>((resolve) => (wake = resolve)), sleep(100)]);
      // A subscription is not acknowledged: it may begin after the first job.
      if (performance.now() > giveUpAt) return next();
    }
    return data.id;
  };
  return { end, next };
}

async function cpuMsOf(pid: number, times: number, work: () => Promise<unknown>): Promise<number> {
  const beforeMs = cpuOf([pid], []);
  for (let n = 0; n < times; n++) await work();
  return cpuOf([pid], []) - beforeMs;
}

function streamed(method: string, address: string, body: string | undefined, told: (jobId: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      address,
      {
        method,
        agent: false,
        headers: { accept: 'text/event-stream', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (response) => {
        if (response.statusCode !== 200) return reject(new Error(`${address}: ${response.statusCode}`));
        response.on('error', () => {});
        response.setEncoding('utf8').on('data', (text: string) => {
          for (const found of text.matchAll(jobIn)) told(found[1]!);
        });
        resolve(() => sent.destroy());
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
