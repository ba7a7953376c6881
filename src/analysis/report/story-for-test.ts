import type { FailureStory } from './failure-story.ts';
import type { FailureWishes } from './analyze-failure.ts';
import { compiledBuiltIns } from '../pattern/pattern-book.ts';

/** A failure of a small task, for tests that change a part of it. */
export function storyForTest(parts: Partial<FailureStory> = {}): FailureStory {
  return {
    executionId: '7',
    executionUuid: '01890000-0000-7000-8000-000000000007',
    status: 'failed',
    jobId: '5',
    taskName: 'orders',
    taskVersion: '1.1.0',
    taskChecksum: 'ab'.repeat(32),
    attempt: 2,
    startedAt: 1_767_225_600_000,
    completedAt: 1_767_225_600_500,
    durationMs: 500,
    failure: {
      code: 'TASK_FAILED',
      message: "The task threw TypeError: Cannot read properties of undefined (reading 'total')",
      hint: 'Look at main.js:3:17.',
      retryable: false,
      data: {
        errorClass: 'TypeError',
        message: "Cannot read properties of undefined (reading 'total')",
        frames: [
          { function: 'sum', file: 'main.js', line: 3, column: 17 },
          { function: 'main', file: 'main.js', line: 8, column: 3 },
        ],
        fields: {},
      },
    },
    input: '{"orders":[{"id":1}]}',
    effects: [],
    files: {
      'main.js': [
        '// adds up',
        'function sum(orders) {',
        '  return orders.x.total;',
        '}',
        '',
        '',
        'function main(input) {',
        '  sum(input.orders);',
        '}',
      ].join('\n'),
    },
    answers: null,
    conditions: null,
    logs: [{ number: 1, level: 'info', message: 'adding up', at: 1_767_225_600_100 }],
    logsDropped: 0,
    similar: null,
    lastGood: null,
    job: { status: 'failed', retryCount: 1, maxRetries: 1 },
    ...parts,
  };
}

export function wishesForTest(parts: Partial<FailureWishes> = {}): FailureWishes {
  return {
    format: 'json',
    maxTokens: 8_192,
    now: 1_767_225_700_000,
    patterns: compiledBuiltIns(),
    threshold: 0.5,
    systemState: null,
    includeSuggestions: true,
    includeContext: true,
    includePrompts: true,
    withoutSecrets: (json) => json,
    ...parts,
  };
}
