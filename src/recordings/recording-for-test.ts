import type { Recording } from './recording.ts';

/** A small recording to start from in tests. */
export function recordingForTest(parts: Partial<Recording> = {}): Recording {
  return {
    madeBy: 'ratchet 0.0.0',
    node: process.versions.node,
    task: { uuid: '01890000-0000-7000-8000-000000000002', version: '1.0.0', label: 'Test', hash: 'ab' },
    execution: {
      id: '01890000-0000-7000-8000-000000000001',
      jobId: null,
      startedAt: 1_700_000_000_000,
      wallMs: 12.5,
      isolation: 'fresh',
      limits: null,
    },
    seed: '5eed'.repeat(16),
    clock: [[1_700_000_000_000, 2]],
    turns: ['r1', 't2'],
    isCut: false,
    masked: [],
    input: '{}',
    output: null,
    error: null,
    hasOutcome: true,
    logs: [],
    logsDropped: 0,
    progress: [],
    effects: [],
    ...parts,
  };
}
