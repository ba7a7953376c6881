// A process that sends one and the same request over and over, as its parent orders, and reports how long answers took.
import { connect, type Socket } from 'node:net';
import { answerLength } from './http-answer.ts';
import type { LoadAnswer, LoadOrder, LoadReport } from './load.ts';
import { percentile } from './percentiles.ts';

process.on('message', (order: LoadOrder) => {
  follow(order).then(
    (report) => process.send!({ report } satisfies LoadAnswer),
    (caught: unknown) => process.send!({ problem: caught instanceof Error ? caught.message : String(caught) } satisfies LoadAnswer),
  );
});
process.on('disconnect', () => process.exit());

async function follow({ host, port, request, connections, perSecond, requests, forMs }: LoadOrder): Promise<LoadReport> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(host, port)));
  const bytes = Buffer.from(request);
  const times: number[] = [];
  let sent = 0;
  let refused = 0;
  let firstRefusal: string | null = null;
  const before = process.cpuUsage();
  const startedAt = Date.now();
  const startMs = performance.now();
  const endMs = startMs + forMs;
  const mostSent = perSecond === null ? requests : Math.min(requests, Math.ceil((perSecond * forMs) / 1000));
  const dueMs = (number: number) => startMs + (number * 1000) / perSecond!;

  await new Promise<void>((resolve, reject) => {
    const free: Lane[] = [];
    const isOver = (now: number) => sent >= mostSent || (perSecond === null && now >= endMs);
    const next = (lane: Lane, now: number) => {
      if (isOver(now)) {
        if (times.length === sent) resolve();
      } else if (perSecond === null) {
        sent++;
        lane.send(now);
      } else if (dueMs(sent) <= now) lane.send(dueMs(sent++));
      else free.push(lane);
    };
    const lanes = sockets.map((socket) =>
      laneOf(socket, bytes, reject, (lane, tookMs, refusal) => {
        times.push(tookMs);
        if (refusal !== null) {
          refused++;
          firstRefusal ??= refusal;
        }
        next(lane, performance.now());
      }),
    );
    for (const lane of lanes) next(lane, performance.now());
    if (perSecond === null) return;
    const tick = () => {
      const now = performance.now();
      while (free.length > 0 && sent < mostSent && dueMs(sent) <= now) free.pop()!.send(dueMs(sent++));
      // A timer lasts a millisecond at least: requests that are due within one go out together.
      if (sent < mostSent) setTimeout(tick, 1);
    };
    tick();
  });

  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  for (const socket of sockets) socket.destroy();
  return {
    requests: times.length,
    refused,
    firstRefusal,
    startedAt,
    tookMs,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    cpuMs: (user + system) / 1000,
  };
}

/** One connection with at most one request in flight. */
interface Lane {
  /** @param sinceMs from when the answer is waited for */
  send(sinceMs: number): void;
}

function laneOf(
  socket: Socket,
  bytes: Buffer,
  onBroken: (error: Error) => void,
  onAnswer: (lane: Lane, tookMs: number, refusal: string | null) => void,
): Lane {
  let sinceMs = 0;
  let held: Buffer | null = null;
  const lane: Lane = {
    send(since) {
      sinceMs = since;
      socket.write(bytes);
    },
  };
  socket.on('data', (chunk) => {
    held = held === null ? chunk : Buffer.concat([held, chunk]);
    const answer = held;
    try {
      if (answer.length < answerLength(answer)) return;
    } catch (caught) {
      onBroken(caught as Error);
      return;
    }
    held = null;
    // The first digit of the status, after `HTTP/1.1 `.
    const isGood = answer[9] === 0x32;
    onAnswer(lane, performance.now() - sinceMs, isGood ? null : answer.toString('utf8', 9, 500));
  });
  socket.on('error', onBroken);
  socket.on('close', () => onBroken(new Error('the server closed a connection')));
  return lane;
}

function open(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}
