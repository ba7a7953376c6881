import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { settingsFrom, type Problem } from '#kernel/index.ts';
import { encodeRecording } from '#recordings/index.ts';
import { recordingForTest } from '../recordings/recording-for-test.ts';
import { describeOnBoth } from '../testing/temporary-database.ts';
import { failureAt, hour, now, worldOf } from './analysis-harness.ts';
import * as operations from './operations.ts';

const pattern = (id: string, regex: string, more: object = {}) => ({
  id,
  name: `The ${id}`,
  rules: [{ type: 'message_pattern' as const, pattern: regex }],
  ...more,
});

await describeOnBoth('What is said of failures', (open) => {
  it('is a report of one, with what is stored around it', async () => {
    const { ran, ask } = worldOf(await open());
    const answer = (body: string) =>
      encodeRecording(
        recordingForTest({
          effects: [
            {
              number: 1,
              startedMs: 1,
              durationMs: 2,
              attempts: 1,
              hasBodies: true,
              isIntact: true,
              request: {
                url: 'https://a.test/x',
                method: 'GET',
                headers: [],
                body: null,
                timeoutMs: null,
                redirect: 'follow',
                retry: null,
              },
              outcome: {
                answer: { status: 200, statusText: '', url: 'https://a.test/x', redirected: false, headers: [], body: Buffer.from(body) },
              },
            },
          ],
        }),
      );
    const effects = [
      {
        number: 1,
        kind: 'http',
        method: 'GET',
        url: 'https://a.test/x',
        startedMs: 1,
        durationMs: 2,
        status: 200,
        failure: null,
        requestBytes: 0,
        responseBytes: 9,
        attempts: 1,
        site: null,
      },
    ];
    const good = await ran({
      at: now - hour,
      version: '0.9.0',
      checksum: 'old',
      input: '{"none":{"a":1}}',
      effects,
      recording: answer('{"a":1}'),
    });
    const bad = await ran({
      failure: failureAt(3),
      input: '{"none":null}',
      effects,
      recording: answer('{"a":null}'),
      logs: ['began', 'asked'],
    });
    const { report, analysis } = await ask(operations.analyzeExecution, { id: String(bad) });
    expect(analysis.errorType).toBe('javascript_error');
    expect(report).toMatchObject({
      codeContext: { file: 'main.js', line: 3 },
      systemState: { hostname: 'box' },
      recentOperations: [{ method: 'GET', target: 'https://a.test/x', status: 200 }],
      similarErrors: { count: 1, latest: [] },
      matchedPatterns: [{ patternId: 'null_access' }],
      relatedLogs: [{ message: 'began' }, { message: 'asked' }],
      changes: {
        lastGoodExecutionId: String(good),
        version: { from: '0.9.0', to: '1.0.0', isSameCode: false },
        files: [{ path: 'main.js', change: 'changed', linesAdded: 3, linesRemoved: 0 }],
        input: ['none is null (was object)'],
        answers: [{ request: 'GET https://a.test/x', status: null, shape: ['a is null (was number)'] }],
      },
    });
  });

  it('is not applicable where nothing failed', async () => {
    const { ran, ask } = worldOf(await open());
    for (const [status, word] of [
      ['completed', 'COMPLETED'],
      ['cancelled', 'CANCELLED'],
    ] as const) {
      const id = await ran({ status });
      const said = await ask(operations.analyzeExecution, { id: String(id), format: 'markdown' });
      expect(said).toMatchObject({ status: word, isFailure: false, report: null, analysis: { errorType: 'not_applicable' } });
      expect(said.markdown).toContain(`Execution ${id} has not failed`);
    }
    await expect(ask(operations.analyzeExecution, { id: '999' })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('counts equal failures of all tasks, and only those', async () => {
    const { ran, ask } = worldOf(await open());
    await ran({ at: now - 3 * hour, failure: failureAt(3) });
    await ran({ at: now - 2 * hour, taskId: 2, failure: failureAt(3, 'TypeError', 'another message at the same place') });
    await ran({ failure: failureAt(4) });
    await ran({ failure: failureAt(3, 'RangeError') });
    await ran({ status: 'cancelled', failure: failureAt(3) });
    const id = await ran({ failure: failureAt(3) });
    const { report, analysis } = await ask(operations.analyzeExecution, { id: String(id) });
    expect(report!.similarErrors).toMatchObject({
      count: 3,
      isCountExact: true,
      firstSeenAt: new Date(now - 3 * hour).toISOString(),
      lastSeenAt: new Date(now).toISOString(),
      tasks: [
        { taskName: 'task-1', count: 2 },
        { taskName: 'task-2', count: 1 },
      ],
      latest: [{ taskName: 'task-2' }, { taskName: 'task-1' }],
    });
    expect(analysis.impact).toContain('one of 3 equal failures of 2 tasks');
  });

  it('has patterns that are stored, replaced, tested and removed', async () => {
    const { ran, ask } = worldOf(await open());
    const made = await ask(
      operations.createPattern,
      pattern('stock', '(?i)out of STOCK', { category: 'resource', suggestions: ['Order more'] }),
    );
    expect(made).toMatchObject({ id: 'stock', origin: 'api', replacesBuiltIn: false, createdBy: 'local', severity: 'medium' });
    await expect(ask(operations.createPattern, pattern('stock', 'x'))).rejects.toMatchObject({ code: 'PATTERN_EXISTS' });
    const id = await ran({ failure: failureAt(3, 'Error', 'we are out of stock') });
    expect((await ask(operations.analyzeExecution, { id: String(id) })).report!.matchedPatterns).toMatchObject([
      { patternId: 'stock', origin: 'api', suggestions: ['Order more'] },
    ]);
    expect(await ask(operations.testPatterns, { executionId: String(id) })).toMatchObject({
      isMatch: true,
      matches: [{ patternId: 'stock' }],
    });
    expect(await ask(operations.testPatterns, { patternId: 'rate_limited', executionId: String(id) })).toEqual({
      isMatch: false,
      matches: [],
    });
    expect(
      await ask(operations.testPatterns, { pattern: pattern('never', 'stored'), error: { message: 'is stored nowhere' } }),
    ).toMatchObject({ matches: [{ patternId: 'never', confidence: 0.65 }] });
    await expect(ask(operations.testPatterns, {})).rejects.toMatchObject({ code: 'PATTERN_TEST_EMPTY' });

    await ask(operations.replacePattern, pattern('stock', 'nothing like it'));
    expect((await ask(operations.analyzeExecution, { id: String(id) })).report!.matchedPatterns).toEqual([]);
    expect(await ask(operations.listPatterns, { origin: 'api' })).toHaveLength(1);
    expect(await ask(operations.removePattern, { id: 'stock' })).toMatchObject({ id: 'stock' });
    expect(await ask(operations.listPatterns, { origin: 'api' })).toEqual([]);
    await expect(ask(operations.showPattern, { id: 'stock' })).rejects.toMatchObject({ code: 'PATTERN_NOT_FOUND' });
  });

  it('lets a stored pattern take the place of a built-in one, which cannot be removed', async () => {
    const { ask } = worldOf(await open());
    await expect(ask(operations.removePattern, { id: 'rate_limited' })).rejects.toMatchObject({ code: 'PATTERN_READ_ONLY' });
    expect(await ask(operations.replacePattern, pattern('rate_limited', 'ours'))).toMatchObject({ origin: 'api', replacesBuiltIn: true });
    expect(await ask(operations.testPatterns, { error: { errorType: 'RateLimitError' } })).toMatchObject({ isMatch: false });
    await ask(operations.removePattern, { id: 'rate_limited' });
    expect(await ask(operations.showPattern, { id: 'rate_limited' })).toMatchObject({ origin: 'built-in' });
  });

  it('refuses a pattern that could take for ever, or is not whole, and says everything that is wrong', async () => {
    const { ask } = worldOf(await open());
    const wrong = {
      id: 'bad',
      name: 'Bad',
      rules: [
        { type: 'message_pattern' as const, pattern: '(a+)+$' },
        { type: 'message_pattern' as const, pattern: '(' },
        { type: 'any' as const, rules: [{ type: 'not' as const }] },
        { type: 'field_equals' as const, field: 'a' },
        { type: 'error_type' as const, value: 5 },
        { type: 'all' as const },
      ],
    };
    for (const operation of [operations.createPattern, operations.replacePattern]) {
      const refused = ask(operation, wrong);
      await expect(refused).rejects.toMatchObject({ code: 'PATTERN_INVALID' });
      await refused.catch((error: { data: { problems: Problem[] } }) =>
        expect(error.data.problems.map(({ path }) => path)).toEqual([
          'rules.0.pattern',
          'rules.1.pattern',
          'rules.2.rules.0',
          'rules.3',
          'rules.4',
          'rules.5',
        ]),
      );
    }
    await expect(ask(operations.testPatterns, { pattern: pattern('bad', '(a+)+$'), error: { message: 'a' } })).rejects.toMatchObject({
      code: 'PATTERN_INVALID',
    });
    expect(await ask(operations.listPatterns, { origin: 'api' })).toEqual([]);
  });

  it('takes patterns of the configuration, in the words of files and of the older engine', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-patterns-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'patterns.yaml');
    writeFileSync(
      file,
      `patterns:
  - name: API Timeout
    category: Network
    severity: High
    matching_rules:
      - type: all
        rules:
          - { type: error_type, value: NetworkError }
          - { type: message_pattern, pattern: '(?i)slow' }
    suggestions: [Check the API]
    preventive_measures: [Add a circuit breaker]
    common_causes: [Latency]
    llm_prompts: [How to handle API timeouts?]
    related_documentation: [docs/api.md]
  - id: short
    name: In short
    matching_rules: [{ any: [{ error_code: E42 }, { field_equals: { field: shop.id, value: 7 } }, { not: { message_pattern: . } }] }]
  - name: Hopeless
    matching_rules: [{ message_pattern: '(a+)+$' }]
`,
    );
    const inline = settingsFrom().get((await import('./settings.ts')).customPatterns);
    expect(inline).toEqual([]);
    const { ask, problems } = worldOf(await open(), {
      'logging.patterns.files': [file, join(folder, 'absent.yaml')],
      'logging.patterns.custom_patterns': [{ id: 'inline', name: 'Inline', matching_rules: [{ error_type: 'InlineError' }] }],
    });
    const listed = await ask(operations.listPatterns, { origin: 'config' });
    expect(listed.map(({ id }) => id)).toEqual(['api_timeout', 'short', 'inline']);
    expect(listed[0]).toMatchObject({
      category: 'network',
      severity: 'high',
      preventiveMeasures: ['Add a circuit breaker'],
      commonCauses: ['Latency'],
      prompts: ['How to handle API timeouts?'],
      documentationLinks: ['docs/api.md'],
    });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('several ways'), expect.stringContaining('ENOENT')]);
    const best = async (error: object) => (await ask(operations.testPatterns, { error })).matches.map(({ patternId }) => patternId);
    expect(await best({ errorType: 'NetworkError', message: 'too slow' })).toContain('api_timeout');
    expect(await best({ errorCode: 'E42', message: 'x' })).toEqual(['short']);
    expect(await best({ message: 'x', fields: { shop: { id: 7 } } })).toEqual(['short']);
    expect(await best({ errorType: 'InlineError', message: 'x' })).toEqual(['inline']);
    await expect(ask(operations.createPattern, pattern('inline', 'x'))).rejects.toMatchObject({ code: 'PATTERN_EXISTS' });
    await expect(ask(operations.removePattern, { id: 'inline' })).rejects.toMatchObject({ code: 'PATTERN_READ_ONLY' });
  });
});
