import { describe, expect, it } from 'vitest';
import { noEffects, programOf } from '#testing/code-program.ts';
import type { DebuggerPort } from './instruments.ts';
import type { RunRequest, RunResult } from './run-request.ts';
import { runWithInstruments } from './run-with-instruments.ts';

const limits = { wallMs: 1, cpuMs: 1, memoryMb: 64, outputChars: 1, logLines: 1, logChars: 1, requests: 1, requestsAtOnce: 1 };
const request = (instruments: RunRequest['instruments']): RunRequest => ({
  program: programOf('return (a = 1) => a'),
  input: '{}',
  context: { executionId: '', taskId: '', taskVersion: '' },
  limits,
  isolation: 'fresh',
  effects: noEffects,
  instruments,
});
const ran: RunResult = {
  outcome: { output: '1', error: null },
  cost: { wallMs: 0, waitedMs: 0, cpuMs: 0, heapBytes: 0 },
  facts: { clock: [], clockCut: false, turns: [], turnsCut: false, logsDropped: 0 },
  insights: null,
};
function port(): DebuggerPort & { hasEnded: boolean } {
  return {
    hasEnded: false,
    onReady() {},
    onMessage() {},
    onEnd() {
      this.hasEnded = true;
    },
  };
}

describe('an execution that is looked into', () => {
  it.each([
    ['coverage', { coverage: true }],
    ['a debugger', { debugger: port() }],
  ])('with %s is refused on a Node where that would end the process, before anything runs', async (_name, instruments) => {
    const { outcome } = await runWithInstruments(request(instruments), () => Promise.reject(new Error('it ran')), '26.10.0');
    expect(outcome.error).toMatchObject({ code: 'INSPECTOR_MISSING', data: { node: '26.10.0' } });
    expect(outcome.error!.hint).toContain('Node 24');
    if ('debugger' in instruments) expect(instruments.debugger).toMatchObject({ hasEnded: true });
  });

  it('with a profile runs everywhere', async () => {
    expect(await runWithInstruments(request({ profile: true }), () => Promise.resolve(ran), '26.10.0')).toBe(ran);
  });

  it('has no limits of time with a debugger, and keeps the others', async () => {
    let asked: RunRequest | undefined;
    await runWithInstruments(request({ debugger: port() }), (changed) => Promise.resolve(((asked = changed), ran)), '24.19.0');
    expect(asked!.limits.wallMs).toBeGreaterThan(20 * 24 * 3_600_000);
    expect(asked!.limits.cpuMs).toBe(asked!.limits.wallMs);
    expect(asked!.limits.memoryMb).toBe(limits.memoryMb);
  });
});
