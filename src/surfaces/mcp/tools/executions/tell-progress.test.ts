import { describe, expect, it } from 'vitest';
import type { ProgressUpdate } from '../../offer.ts';
import type { JobEvent } from './follow-job.ts';
import { tellProgress, type ProgressFilter } from './tell-progress.ts';

const about = { executionId: 'e', taskId: '1' };
const event = (kind: string, details: Record<string, unknown>): JobEvent => ({
  id: null,
  kind,
  data: { at: '2026-01-01T00:00:00.000Z', taskId: '1', jobId: '1', executionId: '1', details },
});
const report = (share: number, more: Record<string, unknown> = {}) =>
  event('execution.progress', { share, report: { progress: share, ...more } });

function told(filter: ProgressFilter | null, events: readonly JobEvent[]): ProgressUpdate[] {
  const updates: ProgressUpdate[] = [];
  const tell = tellProgress({ progress: (update) => void updates.push(update) }, filter, about);
  for (const one of events) tell(one);
  return updates;
}

describe('progress of an execution', () => {
  it('is told in the words of the task, with its log lines between', () => {
    expect(
      told(null, [
        report(0.25, { step: 'load', stepNumber: 1, totalSteps: 4, message: 'loading', data: { rows: 3 } }),
        event('execution.log', { level: 'info', message: 'hello' }),
        event('job.completed', {}),
      ]),
    ).toEqual([
      { progress: 0.25, step: 'load', stepNumber: 1, totalSteps: 4, message: 'loading', data: { rows: 3 }, ...about },
      { progress: 0.25, message: 'info: hello', ...about },
    ]);
  });

  it('is told less often where the client wants that, but never without its end', () => {
    const everything = { minDelta: 0, minIntervalMs: 0, steps: [], withData: true };
    const steps = [0.1, 0.2, 0.3, 0.4, 0.5, 1].map((share) => report(share, { step: share === 0.3 ? 'odd' : 'even', data: 1 }));
    const shares = (filter: ProgressFilter) => told(filter, steps).map(({ progress }) => progress);
    expect(shares({ ...everything, minDelta: 0.25 })).toEqual([0.1, 0.4, 1]);
    expect(shares({ ...everything, minIntervalMs: 60_000 })).toEqual([0.1, 1]);
    expect(shares({ ...everything, steps: ['odd'] })).toEqual([0.3]);
    expect(told({ ...everything, withData: false }, steps)[0]).not.toHaveProperty('data');
  });
});
