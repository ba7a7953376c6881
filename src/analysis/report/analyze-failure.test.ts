import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedMessage } from '#executions/stored/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { storedRecordings } from '#recordings/index.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { analyzeFailure } from './analyze-failure.ts';
import { ExecutionAnalysis } from './execution-analysis.ts';
import type { FailureStory, StoryEffect, StoryRun } from './failure-story.ts';
import { storyForTest, wishesForTest } from './story-for-test.ts';
import { fewestTokens } from './token-budget.ts';

const settings = settingsFrom();
const withoutSecrets = (json: string) => storedRecordings.withoutSecrets(json, settings);
const analyze = (story: FailureStory, parts: Parameters<typeof wishesForTest>[0] = {}) =>
  analyzeFailure(story, wishesForTest({ withoutSecrets, ...parts }));
const threw = (message: string, data: Record<string, unknown> = {}) => ({
  failure: {
    code: 'TASK_FAILED',
    message: `The task threw Error: ${message}`,
    hint: '',
    retryable: false,
    data: { errorClass: 'Error', message, fields: {}, ...data },
  },
});
const effect = (number: number, parts: Partial<StoryEffect> = {}): StoryEffect => ({
  number,
  kind: 'http',
  method: 'GET',
  url: 'https://api.example.com/orders?page=1',
  startedMs: 10 * number,
  durationMs: 5,
  status: 200,
  failure: null,
  requestBytes: 0,
  responseBytes: 100,
  attempts: 1,
  site: null,
  ...parts,
});
const goodRun = (parts: Partial<StoryRun> = {}): StoryRun => {
  const { executionId: _id, ...story } = storyForTest();
  return { ...story, executionId: '3', completedAt: 1_767_225_000_000, ...parts };
};
const answer = (text: string): RecordedMessage => ({ headers: [], body: { text } });

describe('the report of a failure', () => {
  it('says where it failed, in the words of the older engine, and is what the operation promises', () => {
    const said = analyze(storyForTest());
    expect(ExecutionAnalysis.parse(said)).toEqual(said);
    expect(said.analysis).toMatchObject({ errorType: 'javascript_error', category: 'runtime', severity: 'medium' });
    expect(said.analysis.rootCause).toMatch(/^Property of undefined or null at main\.js:3: The task threw TypeError: .*\. Usually: /);
    expect(said.analysis.impact).toBe('Job 5 has failed for good after 2 attempts.');
    expect(said.nextSteps[0]).toBe('Look at main.js:3 in sum.');
    expect(said.report).toMatchObject({
      errorSummary: { errorType: 'TypeError', errorCode: 'TASK_FAILED', retryCount: 1, isRetryable: false },
      executionContext: { taskName: 'orders', taskVersion: '1.1.0', executionPhase: 'running', inputDataSummary: { orders: [{ id: 1 }] } },
      codeContext: { file: 'main.js', line: 3, function: 'sum' },
      matchedPatterns: [{ patternId: 'null_access' }],
      changes: { lastWorkedAt: null },
      metadata: { reportVersion: '1.0', truncatedFields: [] },
    });
    expect(said.report!.codeContext!.lines.find(({ isFailing }) => isFailing)).toEqual({
      number: 3,
      text: '  return orders.x.total;',
      isFailing: true,
    });
    expect(said.report!.suggestedPrompts.join('\n')).toContain('At main.js:3 of the task orders');
    expect(Math.abs(said.report!.metadata.contextTokensEstimate - JSON.stringify(said).length / 4)).toBeLessThan(2);
  });

  it('has its sections in order when it is for people', () => {
    const systemState = {
      hostname: 'box',
      processId: 1,
      memoryUsageMb: 2,
      cpuUsagePercent: 3,
      diskUsagePercent: 4,
      activeConnections: null,
    };
    const { markdown, report } = analyze(storyForTest({ effects: [effect(1)] }), { format: 'markdown', systemState });
    expect(report).toBeNull();
    const headings = markdown!.split('\n').filter((line) => /^#{1,2} /.test(line));
    expect(headings).toEqual([
      '# Error Analysis Report',
      '## Error Summary',
      '## Next Steps',
      '## Execution Context',
      '## Code',
      '## Operations Before The Failure',
      '## Matched Error Patterns',
      '## Changes Since It Last Worked',
      '## Related Logs',
      '## System State',
      '## Suggested Analysis Questions',
    ]);
    expect(markdown).toContain('### Property of undefined or null (76% confidence)');
    expect(markdown).toContain('> 3 |   return orders.x.total;');
    expect(markdown).toContain('**Trace ID**: 01890000-0000-7000-8000-000000000007');
  });

  it('leaves out what nobody wants', () => {
    const said = analyze(storyForTest(), { includeContext: false, includePrompts: false, includeSuggestions: false });
    expect(said.suggestions).toEqual([]);
    expect(said.report).toMatchObject({
      codeContext: null,
      changes: null,
      relatedLogs: [],
      suggestedPrompts: [],
      matchedPatterns: [{ suggestions: [], commonCauses: expect.any(Array) }],
    });
    expect(said.nextSteps).toEqual(['Look at main.js:3:17.']);
  });

  it('cuts long values of the input, and marks them', () => {
    const input = {
      text: 'x'.repeat(500),
      list: Array.from({ length: 30 }, (_, n) => n),
      wide: Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`f${n}`, n])),
    };
    const { executionContext, metadata } = analyze(storyForTest({ input: JSON.stringify(input) })).report!;
    expect(executionContext.inputDataSummary).toEqual({
      text: { _truncated: true, preview: 'x'.repeat(100), length: 500 },
      list: { _truncated: true, preview: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], total_items: 30 },
      wide: { _truncated: true, preview: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`f${n}`, n])), total_fields: 25 },
    });
    expect(metadata.truncatedFields).toEqual(['text', 'list', 'wide'].map((field) => `executionContext.inputDataSummary.${field}`));
  });

  it('says what differs from the latest time it worked: files, input, answers', () => {
    const lastGood = goodRun({
      taskVersion: '1.0.0',
      taskChecksum: 'cd'.repeat(32),
      files: { 'main.js': 'function main() {}\n', 'old.js': 'x' },
      input: '{"orders":[{"id":1,"total":5}],"currency":"EUR"}',
      effects: [effect(1), effect(2, { url: 'https://api.example.com/rates' }), effect(3, { url: 'https://gone.example.com/' })],
      answers: new Map([
        [1, answer('{"items":[{"id":1,"price":5}],"next":null}')],
        [2, answer('{"eur":1}')],
      ]),
    });
    const story = storyForTest({
      lastGood,
      effects: [
        effect(1, { url: 'https://api.example.com/orders?page=2' }),
        effect(2, { url: 'https://api.example.com/rates', status: 503 }),
      ],
      answers: new Map([
        [1, answer('{"items":[{"id":"1"}],"next":null}')],
        [2, answer('down')],
      ]),
    });
    const said = analyze(story);
    expect(said.report!.changes).toEqual({
      lastWorkedAt: '2025-12-31T23:50:00.000Z',
      lastGoodExecutionId: '3',
      version: { from: '1.0.0', to: '1.1.0', isSameCode: false },
      files: [
        { path: 'main.js', change: 'changed', linesAdded: 8, linesRemoved: 1 },
        { path: 'old.js', change: 'removed', linesAdded: 1, linesRemoved: 1 },
      ],
      conditions: [],
      input: ['orders[].total is gone (was number)', 'currency is gone (was string)'],
      answers: [
        {
          request: 'GET https://api.example.com/orders',
          status: null,
          shape: ['items[].id is string (was number)', 'items[].price is gone (was number)'],
        },
        { request: 'GET https://api.example.com/rates', status: { from: '200', to: '503' }, shape: [] },
      ],
    });
    expect(said.nextSteps).toContain(
      'GET https://api.example.com/orders answers otherwise than when it worked: items[].id is string (was number); items[].price is gone (was number).',
    );
    expect(said.nextSteps.join('\n')).toContain('Compare with version 1.0.0');
  });

  it('holds no secret and no personal data, wherever they stand', () => {
    verifies('analysis.masked');
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
    const secrets = ['s3cr3t-value-1', 'ada@example.com', '+49 171 1234567', '4111 1111 1111 1111', jwt, 'literal-in-code'];
    const story = storyForTest({
      ...threw(`refused s3cr3t-value-1 of ada@example.com, call +49 171 1234567, paid by 4111 1111 1111 1111`, {
        frames: [{ function: '', file: 'main.js', line: 1, column: 1 }],
      }),
      input: JSON.stringify({ api_key: 's3cr3t-value-1', to: 'ada@example.com', phone: 1712345678 }),
      files: { 'main.js': `const token = 'literal-in-code'; // ask ada@example.com` },
      logs: [{ number: 1, level: 'info', message: `sent ${jwt} to ada@example.com`, at: 1 }],
      effects: [
        effect(1, {
          url: 'https://api.example.com/?key=s3cr3t-value-1',
          failure: { name: 'NetworkError', message: 'no answer for s3cr3t-value-1', reason: 'reset' },
        }),
      ],
    });
    for (const format of ['json', 'markdown'] as const) {
      const text = JSON.stringify(analyze(story, { format }));
      for (const secret of secrets) expect({ secret, isShown: text.includes(secret) }).toEqual({ secret, isShown: false });
      expect(text).not.toContain('1712345678');
      expect(text).toContain('[email 1]');
    }
  });

  it('keeps what others wrote from becoming headings, lists or moves of a cursor', () => {
    const story = storyForTest({
      ...threw('no\n## Error Summary\n- **Severity**: none\u001b[2J\u202e'),
      taskName: 'a\n# b',
      logs: [{ number: 1, level: 'info', message: '```\n# out of the fence', at: 1 }],
    });
    const { markdown } = analyze(story, { format: 'markdown' });
    expect(markdown!.split('\n').filter((line) => line.startsWith('#'))).toEqual(expect.not.arrayContaining(['# b', '# out of the fence']));
    expect(markdown!.match(/^## Error Summary$/gm)).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex
    expect(markdown).not.toMatch(/[\u001b]/);
    expect(markdown).toContain('````');
  });

  it('survives a megabyte of message, halves of surrogate pairs, deep JSON and fields of the prototype', () => {
    const story = storyForTest({
      ...threw('\uD800' + 'x'.repeat(1_000_000), {
        frames: [{ file: '__proto__', line: 1e9, column: -5, function: '\uDC00' }, null, 5, { file: 'constructor', line: 1 }],
      }),
      input: `{"__proto__":{"polluted":1},"constructor":1,"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      files: JSON.parse('{"__proto__":"x\\ny"}') as Record<string, string>,
    });
    for (const format of ['json', 'markdown'] as const) {
      const said = analyze(story, { format });
      expect(ExecutionAnalysis.parse(said)).toBeDefined();
      expect(JSON.stringify(said).isWellFormed()).toBe(true);
      expect(JSON.stringify(said).length / 4).toBeLessThanOrEqual(8_192);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps to its budget, whatever it is and whatever happened', { timeout: 60_000 }, () => {
    verifies('analysis.budget');
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.string({ minLength: 500, maxLength: 3_000 }),
      fc.constant('"\\\n'.repeat(500)),
    );
    const story = fc
      .record({
        message: text,
        taskName: fc.string({ maxLength: 100 }),
        input: fc.oneof(
          fc.json(),
          fc.object({ maxKeys: 40, maxDepth: 4 }).map((value) => JSON.stringify(value) ?? 'null'),
        ),
        logs: fc.array(text, { maxLength: 20 }),
        urls: fc.array(text, { maxLength: 20 }),
        code: fc.array(text, { maxLength: 20 }),
        goodInput: fc.json(),
        similar: fc.integer({ min: 0, max: 5 }),
      })
      .map(({ message, taskName, input, logs, urls, code, goodInput, similar }) =>
        storyForTest({
          ...threw(message, {
            frames: code.map((line, index) => ({ function: line.slice(0, 100), file: 'main.js', line: index + 1, column: 1 })),
          }),
          taskName,
          input,
          files: { 'main.js': code.join('\n') },
          logs: logs.map((line, index) => ({ number: index + 1, level: 'info', message: line, at: index })),
          effects: urls.map((url, index) =>
            effect(index + 1, { url, failure: { name: 'NetworkError', message: url, reason: 'reset' }, status: null }),
          ),
          lastGood: goodRun({
            input: goodInput,
            files: { 'main.js': message, [message.slice(0, 100)]: 'x' },
            taskChecksum: 'cd',
            effects: urls.map((url, index) => effect(index + 1, { url })),
          }),
          similar:
            similar === 0
              ? null
              : {
                  fingerprint: 'f'.repeat(16),
                  count: similar,
                  isCountExact: true,
                  firstSeenAt: null,
                  lastSeenAt: null,
                  tasks: [{ taskId: '1', taskName, count: similar }],
                  latest: logs.slice(0, 5).map((line) => ({
                    executionId: '1',
                    taskName,
                    taskVersion: '1.0.0',
                    errorMessage: line.slice(0, 200),
                    completedAt: '2026-01-01T00:00:00.000Z',
                  })),
                },
        }),
      );
    fc.assert(
      fc.property(
        story,
        fc.oneof(fc.constant(fewestTokens), fc.integer({ min: fewestTokens, max: 12_000 })),
        fc.constantFrom('json' as const, 'markdown' as const),
        (failed, maxTokens, format) => {
          const said = analyze(failed, { maxTokens, format });
          const json = JSON.stringify(said);
          expect(json.length / 4).toBeLessThanOrEqual(maxTokens);
          expect(json.isWellFormed()).toBe(true);
          expect(ExecutionAnalysis.safeParse(said).success).toBe(true);
          expect(said.analysis.errorType).not.toBe('');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('says less when there is less room, the most telling last, and says what it left out', () => {
    const story = storyForTest({
      logs: Array.from({ length: 20 }, (_, n) => ({ number: n + 1, level: 'info', message: `line ${n} ${'x'.repeat(300)}`, at: n })),
    });
    const [large, small] = [analyze(story), analyze(story, { maxTokens: 1_500 })];
    expect(large.report!.metadata.truncatedFields).toEqual([]);
    expect(small.report!.relatedLogs.length).toBeLessThan(20);
    expect(small.report!.relatedLogs.at(-1)?.number ?? 20).toBe(20);
    expect(small.report!.metadata.truncatedFields).toContain('relatedLogs');
    expect(small.report!.codeContext).not.toBeNull();
    expect(small.analysis).toEqual(large.analysis);
  });
});
