import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTestCases } from '../read-test-cases.ts';
import type { TestReport } from '../report.ts';
import { runnerForTest, type RunnerForTest } from '../run/runner-for-test.ts';
import { testCaseJson } from '../write/test-case-json.ts';

let runner: RunnerForTest;
beforeAll(async () => void (runner = await runnerForTest()));
afterAll(() => runner.close());

const metadata = { requirements: { mcp: ['web', 'model'] } };
const code = `async (input) => {
  const { tool, args, complete, list, times = 1 } = input;
  const seen = [];
  for (let i = 0; i < times; i++) {
    try {
      seen.push(list ? (await mcp.listTools('web')).map(({ name }) => name) : complete ? await mcp.complete('model', { messages: [] }) : await mcp.invokeTool('web', tool, args));
    } catch (error) { seen.push([error.name, error.message, error.reason]); }
  }
  return times === 1 ? seen[0] : seen;
}`;

async function reportOf(test: object): Promise<TestReport> {
  return runner.run(runner.taskOf(code, { 'a.json': test }, metadata));
}
async function passes(test: object): Promise<void> {
  const report = await reportOf(test);
  expect(report.suites[0]!.cases.map(({ failures }) => failures)).toEqual([[]]);
}
async function failureOf(test: object) {
  return (await reportOf(test)).suites[0]!.cases[0]!.failures[0]!;
}
const text = (said: string) => ({ content: [{ type: 'text', text: said }] });

describe('mocks of MCP servers', () => {
  it('answer a tool with a text, a result, or structured content', async () => {
    const input = { tool: 'search' };
    const mock = (result: unknown) => ({ mcp: { server: 'web', tool: 'search', result } });
    await passes({ input, mock: mock('found'), expected_output: text('found') });
    await passes({ input, mock: mock(text('found')), expected_output: text('found') });
    await passes({ input, mock: mock({ hits: 2 }), expected_output: { ...text('{"hits":2}'), structuredContent: { hits: 2 } } });
  });

  it('choose by arguments, and answer one after the other', async () => {
    const mcp = [
      {
        server: 'web',
        tool: 'search',
        arguments: { q: 'a' },
        arguments_match: 'subset',
        results: ['one', { error: 'two' }, { failure: 'timeout' }],
      },
      { server: 'web', tool: 'search', result: 'any' },
    ];
    await passes({
      input: { tool: 'search', args: { q: 'a', n: 1 }, times: 3 },
      mock: { mcp },
      expected_output: [
        text('one'),
        ['McpToolError', 'two', null],
        ['TimeoutError', 'The call of search of MCP server web failed (timeout).', 'timeout'],
      ],
    });
    await passes({ input: { tool: 'search', args: { q: 'b' } }, mock: { mcp }, expected_output: text('any') });
  });

  it('answer lists of tools and questions to a model', async () => {
    await passes({ input: { list: true }, mock: { mcp: { server: 'web', tools: [{ name: 'x' }] } }, expected_output: ['x'] });
    await passes({
      input: { complete: true },
      mock: { mcp: { server: 'model', method: 'complete', result: 'hi' } },
      expected_output: text('hi'),
    });
  });

  it('stand beside mocks of requests, and are expected among them', async () => {
    await passes({
      input: { tool: 'search', args: { q: 1 } },
      mock: { http: { url: '/x', response: { body: 1 } }, mcp: { server: 'web', tool: 'search', result: 'found' } },
      expected_output: text('found'),
      expected_requests: [{ server: 'web', tool: 'search', arguments: { q: 1 } }],
    });
    const failure = await failureOf({
      input: { tool: 'search' },
      mock: { mcp: { server: 'web', tool: 'search', result: 'found' } },
      expected_requests: [{ server: 'web', tool: 'fetch' }],
    });
    expect(failure.details!.join()).toContain('the call is of mcp://web/search, not mcp://web/fetch');
  });

  it('are needed: a call that none answers fails the test, names the nearest, and is never answered by a mock of a request', async () => {
    const failure = await failureOf({
      input: { tool: 'search', args: { q: 1 } },
      mock: {
        http: [{ response: { body: 1 } }, { method: '*', url: 'web/search', response: { body: 2 } }],
        mcp: { server: 'web', tool: 'searches', result: 'x' },
      },
      assertions: [],
    });
    expect(failure.message).toBe('No mock answers tools/call mcp://web/search.');
    expect(failure.details!.join()).toContain('mock.mcp');
    expect((await failureOf({ input: { tool: 'search' }, assertions: [] })).hint).toContain('"mcp"');
  });

  it.each([
    [{ tool: 'x', result: 1 }, 'server must be the name of an MCP server'],
    [{ server: 'web', result: 'x' }, 'A call needs the name of its tool.'],
    [{ server: 'web', tool: 'x' }, 'A mock needs one of result, results, error, failure and tools.'],
    [{ server: 'web', tool: 'x', result: 5 }, 'must be a text or an object'],
    [{ server: 'web', tool: 'x', failure: 'timeot' }, 'Did you mean timeout?'],
    [{ server: 'web', tool: 'x', resutl: 'x' }, 'Did you mean result?'],
  ])('%j is refused in words', (mcp, words) => {
    const [found] = readTestCases({ files: {}, tests: [{ file: 'tests/a.json', text: JSON.stringify({ input: {}, mock: { mcp } }) }] });
    expect(found?.kind === 'broken' && found.message).toContain(words);
  });

  it('are written as they are read', () => {
    const mcp = [
      { server: 'web', tool: 'search', arguments: { q: 'a' }, arguments_match: 'subset', results: ['one', { error: 'two' }] },
      { server: 'web', tool: 'slow', failure: { reason: 'timeout', message: 'no' }, delay_ms: 5 },
      { server: 'web', tools: [{ name: 'x' }] },
      { server: 'model', method: 'complete', result: { answer: 1 }, times: 2 },
    ];
    const read = (fields: object) => {
      const [found] = readTestCases({ files: {}, tests: [{ file: 'tests/a.json', text: JSON.stringify(fields) }] });
      if (found?.kind !== 'case') throw new Error(JSON.stringify(found));
      return found.mocks.map(({ rule, answers, afterLast }) => ({ rule, answers, afterLast }));
    };
    const mocks = read({ input: {}, mock: { mcp } });
    const written = JSON.parse(testCaseJson({ name: 'a', input: {}, mocks: mocks.map((mock) => ({ name: '', ...mock })) })) as object;
    expect(read(written)).toEqual(mocks);
  });
});
