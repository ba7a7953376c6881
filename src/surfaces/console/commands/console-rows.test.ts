import { describe, expect, it } from 'vitest';
import { commandRows } from '#surfaces/cli/commands.ts';
import { shapeOf } from '#surfaces/cli/project.ts';
import type { Hands } from '../hands.ts';
import { scan } from '../language/scan.ts';
import { builtIns } from '../built-ins.ts';
import { consoleRows, otherNames } from './console-rows.ts';
import { actionsOf, findRow } from './find-row.ts';
import { fieldValue, fillForm, formFields, questionOf } from './fill-form.ts';
import { readMetrics } from './read-metrics.ts';
import type { ScriptDesk } from './script-commands.ts';
import { timelineLines } from './show-execution-command.ts';

const nobody: Hands = { keyboard: null, window: null, ask: async () => null, away: (work) => work(), canDraw: () => false };
const rows = consoleRows(commandRows, nobody, () => ({}) as ScriptDesk);
const find = (line: string) =>
  findRow(
    scan(line).tokens,
    rows,
    builtIns.map(({ name }) => name),
  );

describe('commands of the console', () => {
  it('have every category and action that was promised', () => {
    const promised: Readonly<Record<string, readonly string[]>> = {
      repo: ['list', 'add', 'remove', 'refresh', 'status', 'verify', 'discover', 'sync', 'health'],
      task: ['list', 'show', 'enable', 'disable', 'execute', 'create', 'edit', 'test', 'debug', 'import', 'export', 'validate', 'batch'],
      execution: ['list', 'show', 'cancel', 'retry', 'logs', 'trace', 'analyze'],
      job: ['list', 'clear', 'pause', 'resume', 'show', 'cancel', 'retry', 'create', 'update', 'delete', 'trigger', 'why'],
      server: ['status', 'workers', 'metrics'],
      db: ['status', 'migrate', 'stats'],
      worker: ['list', 'show', 'stats'],
      mcp: ['tools', 'call', 'capabilities'],
      template: ['list', 'show', 'generate'],
      monitor: ['start', 'executions', 'logs', 'metrics', 'workers', 'dashboard', 'live'],
      result: ['store', 'list', 'export'],
      export: ['mcp-config', 'openapi'],
      script: ['record', 'stop', 'replay', 'template'],
    };
    for (const [category, actions] of Object.entries(promised))
      expect(actionsOf(category, rows)).toEqual(expect.arrayContaining([...actions]));
    for (const alone of ['health', 'stats']) expect(actionsOf(alone, rows)).toEqual([]);
  });

  it('say of themselves what their operations say, and are found once', async () => {
    const own = rows.filter(({ words }) => !commandRows.some((row) => row.words === words || row.words === otherNames[words]));
    expect(own.length).toBeGreaterThan(5);
    for (const row of own) expect((await row.load()).operation.summary).toBe(row.summary);
    expect(new Set(rows.map(({ words }) => words)).size).toBe(rows.length);
    for (const row of rows) expect(shapeOf((await row.load()).operation).words).toBeTruthy();
  });

  it('leave out the action where it is the usual one', () => {
    expect(['task', 'task --limit 3', 'server', 'db', 'health', 'job list'].map((line) => find(line).row.words)).toEqual([
      'task list',
      'task list',
      'server status',
      'db status',
      'health',
      'job list',
    ]);
    expect([find('monitor').row.words, find('monitor logs').row.words, find('server workers').row.words]).toEqual([
      'monitor',
      'monitor logs',
      'server workers',
    ]);
    expect(find('task show 7 --format json').rest.map(({ text }) => text)).toEqual(['7', '--format', 'json']);
  });

  it('are refused with what was probably meant', () => {
    expect(() => find('tsk list')).toThrow('Unknown command category: tsk. Did you mean task?');
    expect(() => find('repo lst')).toThrow(/^Unknown repo command: 'lst'\. Available commands: list, .*\. Did you mean list\?$/);
    expect(() => find('hlep')).toThrow('Did you mean help?');
    expect(() => find('monitor lgos')).toThrow("Unknown monitor command: 'lgos'. Available commands: start, dashboard, live, executions,");
    expect(() => find('zzzzzzzz')).toThrow(/^Unknown command category: zzzzzzzz$/);
  });
});

describe('a form', () => {
  const schema = {
    properties: {
      note: { type: 'string', default: 'none' },
      count: { type: 'integer', description: 'How many' },
      size: { enum: ['small', 'large'] },
      isOn: { type: 'boolean' },
      list: { type: 'array' },
    },
    required: ['count', 'size'],
  };
  it('asks for what is needed first, and says what each field takes', () => {
    expect(formFields(schema).map(questionOf)).toEqual([
      'count (integer, required): ',
      'size ("small"|"large", required): ',
      'note (string, default "none"): ',
      'isOn (boolean, optional): ',
      'list (array, optional): ',
    ]);
    expect(formFields({ properties: 7 })).toEqual([]);
  });
  it('asks again until it fits, and leaves out what is not given', async () => {
    const answers = ['', 'many', '1.5', '3', 'tiny', 'small', '', 'YES', '[1, 2]'];
    const asked: string[] = [];
    const input = await fillForm(schema, async (question) => (asked.push(question), answers.shift() ?? null));
    expect(input).toEqual({ count: 3, size: 'small', isOn: true, list: [1, 2] });
    expect(asked[0]).toBe('How many\ncount (integer, required): ');
    expect(asked[1]).toMatch(/^It is required\.\n/);
    expect(asked[4]).toBe('size ("small"|"large", required): ');
    expect(asked[5]).toMatch(/^It is one of "small", "large"\./);
  });
  it('is left when the person wants out', async () => {
    await expect(fillForm(schema, async () => null)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
  it('keeps text as it is typed', () => {
    const field = formFields({ properties: { a: { type: 'string' } } })[0]!;
    expect([fieldValue(field, ' 12 '), fieldValue(field, '"a\\nb"'), fieldValue(field, '"')]).toEqual([
      { value: ' 12 ' },
      { value: 'a\nb' },
      { value: '"' },
    ]);
  });
});

describe('what commands show', () => {
  it('reads the metrics of a server', () => {
    const text = '# HELP a x\n# TYPE a gauge\na 3\nb{status="failed",task="x\\"y"} 1\nb{status="ok"} 2.5e3\n\n';
    expect(readMetrics(text)).toEqual({
      a: 3,
      b: [
        { status: 'failed', task: 'x"y', value: 1 },
        { status: 'ok', value: 2500 },
      ],
    });
  });
  it('puts what happened in an execution in order', () => {
    const lines = timelineLines(
      {
        startedAt: 1_000,
        state: 'failed',
        cost: { wallMs: 30 },
        effects: [{ number: 1, method: 'GET', url: 'https://a.example/', status: 500, startedMs: 5.25, durationMs: 12, failure: null }],
        logs: [{ level: 'info', message: 'first\u001b[2J\nsecond', at: 1_002 }],
        logsDropped: 2,
        progress: [{ atMs: 20, update: 0.5 }],
      },
      (_style, text) => text,
    );
    expect(lines).toEqual([
      '+      2.0 ms  info   first\\x1b[2J\n                      second',
      '+      5.3 ms  r1     GET https://a.example/ 500 12 ms',
      '+     20.0 ms  prog   0.5',
      '+     30.0 ms  end    failed',
      '2 more log lines were not kept',
    ]);
  });
});
