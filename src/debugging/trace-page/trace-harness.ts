import type { Trace, TraceEffect } from './trace.ts';

/** A completed execution of nothing much, with what a test wants different. */
export function traceWith(parts: Partial<Trace> = {}): Trace {
  return {
    formatVersion: 1,
    task: { uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.2.0', label: 'Orders of the week' },
    id: '01890000-0000-7000-8000-000000000001',
    state: 'completed',
    input: { city: 'Oslo' },
    output: { sum: 3 },
    error: null,
    startedAt: 1_700_000_000_000,
    cost: { wallMs: 100, waitedMs: 0, cpuMs: 12, heapBytes: 4_000_000, requests: 0, bytesIn: 0, bytesOut: 0 },
    effects: [],
    logs: [],
    logsDropped: 0,
    turns: [],
    ...parts,
  };
}

/** A GET that was answered with 200. */
export function effectWith(number: number, startedMs: number, durationMs: number, parts: Partial<TraceEffect> = {}): TraceEffect {
  return {
    number,
    kind: 'http',
    method: 'GET',
    url: `https://api.example.com/items/${number}`,
    startedMs,
    durationMs,
    status: 200,
    failure: null,
    requestBytes: 0,
    responseBytes: 10,
    attempts: 1,
    ...parts,
  };
}
