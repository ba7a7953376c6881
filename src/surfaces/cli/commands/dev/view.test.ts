import { describe, expect, it } from 'vitest';
import { stateOf, type DevReport, type DevSession, type DevState } from '#dev/index.ts';
import { createDevKeys } from './dev-keys.ts';
import { devText } from './dev-plain.ts';
import type { Key } from './keys.ts';
import { painted, widthOf } from './line.ts';
import { firstView, screenLines, type View } from './view.ts';

const execution = {
  id: 'id',
  task: { uuid: 'u', version: '1.0.0', label: 'Tea' },
  state: 'completed',
  output: { cups: [1, 2], note: 'two\nlines' },
  error: null,
  startedAt: 0,
  cost: { wallMs: 30, waitedMs: 10, cpuMs: 2, heapBytes: 2_000_000, requests: 1, bytesIn: 10, bytesOut: 0 },
  effects: [
    {
      number: 1,
      kind: 'http',
      method: 'GET',
      url: `https://tea.example/${'very-'.repeat(40)}long`,
      startedMs: 1,
      durationMs: 12,
      status: 503,
      failure: null,
      requestBytes: 0,
      responseBytes: 10,
      attempts: 2,
      site: { function: 'main', file: 'main.js', line: 3, column: 1 },
    },
  ],
  logs: [{ level: 'warn', message: 'hot \u001b[31mwater', at: 1 }],
  logsDropped: 0,
  turns: [],
} as const;
const failing = {
  name: 'green',
  description: null,
  file: 'tests/green.json',
  path: [],
  line: 4,
  column: 1,
  state: 'failed',
  reason: null,
  durationMs: 1,
  failures: [
    {
      kind: 'output',
      message: 'The output differs.',
      details: ['cups: expected 1'],
      diff: [
        { sign: '-', text: '1' },
        { sign: '+', text: '2' },
      ],
      place: null,
    },
  ],
  logs: [],
  logsDropped: 0,
};
const report = {
  path: 'tea',
  at: Date.UTC(2026, 0, 1),
  isGood: false,
  task: { uuid: 'u', version: '1.0.0', label: 'Tea' },
  error: null,
  problems: [
    {
      severity: 'warning',
      code: 'schema-missing',
      message: 'There is none.',
      file: 'input.schema.json',
      line: null,
      column: null,
      hint: 'Write it.',
    },
  ],
  tests: {
    state: 'failed',
    path: 'tea',
    startedAt: 0,
    durationMs: 20,
    suites: [{ path: 'tea', task: null, state: 'failed', error: null, note: null, durationMs: 20, cases: [failing] }],
    tests: { total: 3, passed: 1, failed: 1, skipped: 1, notRun: 0 },
  },
  run: { input: { leaf: 'assam' }, source: { kind: 'test', name: 'black' }, http: 'mocked', mocksOf: 'black', execution },
} as unknown as DevReport;
const state = stateOf(report);
const show = (of: Partial<DevState> = {}, view: Partial<View> = {}, size = { columns: 100, rows: 40 }, now = report.at) => {
  const { lines, scroll } = screenLines({ ...state, ...of }, { ...firstView, ...view }, size, now);
  return { text: lines.map((line) => painted(line, (_style, text) => text)), scroll };
};

describe('the screen of dev', () => {
  it('shows problems, tests, result, requests, log lines and cost, and the keys at the lower edge', () => {
    const text = show().text.join('\n');
    expect(text).toMatch(/^Tea 1\.0\.0 {2}tea +\d\d:00:00, waiting for changes\n/);
    expect(text).toContain('Problems  1 warning\n  ! input.schema.json schema-missing\n    There is none.\n');
    expect(text).toContain(
      'Tests     1 passed, 1 failed, 1 skipped  20 ms\n  ✗ green  tests/green.json:4\n    The output differs.\n      cups: expected 1\n    - 1\n    + 2\n',
    );
    expect(text).toContain(
      'Run       completed  HTTP answered by the mocks of "black"\n  input   {"leaf":"assam"}  from the test "black"\n  output\n    {\n      "cups": [\n',
    );
    expect(text).toMatch(/ {4}\+1\.0 ms {3}503 {2}12 ms {2}10 B {2}2 attempts {2}main\.js:3 {2}GET https:\/\/tea\.example\/very-.*…\n/);
    expect(text).toContain('    warn  hot \\x1b[31mwater\n');
    expect(text).toContain('  cost    wall 20 ms, CPU 2.0 ms, heap 1.9 MB, 1 request');
    expect(text).toMatch(/\nr rerun {2}i input {2}p go live {2}l hide logs {2}t trace {2}s save as test .* q quit$/);
  });

  it('is exactly as large as the window, whatever that is', () => {
    for (const columns of [1, 7, 20, 39, 80, 300]) {
      for (const rows of [1, 2, 3, 6, 12, 50]) {
        for (const mode of ['look', 'pick', 'edit'] as const) {
          const { text } = show({}, { mode, edited: { text: 'x'.repeat(90), cursor: 50 } }, { columns, rows });
          expect(text.length).toBeLessThanOrEqual(rows);
          expect(Math.max(...text.map(widthOf))).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('scrolls, not beyond its end, and says what is above and below', () => {
    const size = { columns: 100, rows: 12 };
    const first = show({}, {}, size);
    expect(first.text.join('\n')).toMatch(/↓ \d+ more/);
    const last = show({}, { scroll: 9_999 }, size);
    expect(last.text.join('\n')).toMatch(/cost {4}wall[^]*↑ \d+ more/);
    expect(last.scroll).toBeLessThan(40);
  });

  it('keeps the last result while a quick run is under way, and shows a slow one as it goes', () => {
    const running = { startedAt: report.at, logs: [{ level: 'info', message: 'boiling', at: 0 }], progress: { progress: 0.5 } };
    expect(show({ running }, {}, undefined, report.at + 100).text.join('\n')).toContain('Run       completed');
    const slow = show({ running }, {}, undefined, report.at + 3_200).text.join('\n');
    expect(slow).toContain('Run       running  3 s\n  progress 50%\n    info  boiling');
    expect(show({ running, run: null }).text.join('\n')).toContain('Run       running');
  });

  it('says that a result is old when the code is broken now', () => {
    const problems = [
      { ...state.problems[0]!, severity: 'error' as const, line: 2, column: 5, file: 'main.js', code: 'code-syntax' as const },
    ];
    const text = show({ problems, isStale: true }).text.join('\n');
    expect(text).toContain(
      'Problems  1 error\n  ✗ main.js:2:5 code-syntax\n    There is none.\n    Write it.\n\nBelow is what the last valid version did.\n',
    );
  });

  it('shows an error of the run with its place, and hides log lines on request', () => {
    const error = {
      code: 'TASK_FAILED',
      message: 'The task threw Error: no',
      hint: 'Look.',
      retryable: false,
      data: { frames: [{ file: 'main.js', line: 3, column: 9, function: 'main' }] },
    };
    const run = { ...state.run!, execution: { ...state.run!.execution, state: 'failed' as const, output: null, error } };
    const text = show({ run, showsLogs: false }).text.join('\n');
    expect(text).toContain('Run       failed');
    expect(text).toContain('    The task threw Error: no\n    at main.js:3:9 main\n    Look.\n');
    expect(text).toContain('logs    1 line, hidden');
    expect(text).not.toContain('hot');
  });

  it('lists the inputs there are, around the chosen one', () => {
    const choices = Array.from({ length: 40 }, (_, number) => ({ name: `test ${number}`, input: { number } }));
    const text = show({ choices }, { mode: 'pick', picked: 30 }).text.join('\n');
    expect(text).toContain('❯ test 30  {"number":30}');
    expect(text).not.toContain('test 3 ');
    expect(show({ choices }, { mode: 'pick', picked: 40 }).text.join('\n')).toContain('❯ type another');
  });

  it('shows what is typed, and why it is no JSON', () => {
    const text = show({}, { mode: 'edit', edited: { text: '{"a": 1', cursor: 7 }, editError: 'It ends too early.' }).text.join('\n');
    expect(text).toMatch(/Input as JSON\n> \{"a": 1 \nIt ends too early\.\nEnter run it {2}Esc back$/);
  });

  it('is a page of plain lines away from a terminal, or JSON', () => {
    const text = devText(report, { format: 'auto', paintOut: (_style, plain) => plain });
    expect(text).toMatch(/^Tea 1\.0\.0\n\nProblems[^]*cost .*\n$/);
    expect(JSON.parse(devText(report, { format: 'json', paintOut: (_style, plain) => plain }))).toMatchObject({
      path: 'tea',
      isGood: false,
    });
  });
});

describe('the keys of dev', () => {
  function keysFor(of: Partial<DevState> = {}) {
    const asked: unknown[] = [];
    const note =
      (name: string) =>
      (...more: unknown[]) => {
        asked.push([name, ...more]);
        return Promise.resolve(null);
      };
    const session = {
      state: {
        ...state,
        choices: [
          { name: 'black', input: { leaf: 'assam' } },
          { name: 'green', input: { leaf: 'sencha' } },
        ],
        ...of,
      },
      rerun: note('rerun'),
      changeInput: note('changeInput'),
      toggleHttp: note('toggleHttp'),
      toggleLogs: note('toggleLogs'),
      writeTrace: note('writeTrace'),
      saveTest: note('saveTest'),
    } as unknown as DevSession;
    const keys = createDevKeys(session, { redraw: () => {}, quit: () => asked.push(['quit']), rowsOfPage: () => 10 });
    const press = (...names: string[]) => {
      for (const name of names) keys.press(name.startsWith('<') ? ({ kind: name.slice(1, -1) } as Key) : { kind: 'text', text: name });
    };
    return { asked, keys, press };
  }

  it('ask the session for what they say', () => {
    const { asked, press } = keysFor();
    press('r', 'p', 'l', 't', 's', 'q', 'R', '<enter>', 'x');
    expect(asked.map((one) => (one as string[])[0])).toEqual([
      'rerun',
      'toggleHttp',
      'toggleLogs',
      'writeTrace',
      'saveTest',
      'quit',
      'rerun',
      'rerun',
    ]);
  });

  it('choose among the inputs of tests, beginning at the one that was run, round and round', () => {
    const { asked, keys, press } = keysFor();
    press('i');
    expect(keys.view).toMatchObject({ mode: 'pick', picked: 0 });
    press('<down>', '<enter>');
    expect(asked).toEqual([['changeInput', { typed: null, test: 'green' }]]);
    press('i', '<up>');
    expect(keys.view.picked).toBe(2);
    press('<escape>');
    expect(keys.view.mode).toBe('look');
  });

  it('type an input: from a chosen one, from the last one, refused while it is no JSON', () => {
    const { asked, keys, press } = keysFor();
    press('i', '<down>', 'e');
    expect(keys.view).toMatchObject({ mode: 'edit', edited: { text: '{"leaf":"sencha"}', cursor: 17 } });
    press('<backspace>', '<enter>');
    expect([keys.view.mode, keys.view.editError]).toEqual(['edit', expect.stringContaining('ends too early')]);
    press('}', '<enter>');
    expect(asked).toEqual([['changeInput', { typed: { value: { leaf: 'sencha' }, kind: 'edited' } }]]);
    press('i', '<up>', '<enter>');
    expect(keys.view.edited.text).toBe('{"leaf":"assam"}');
    press('q');
    expect(asked).toHaveLength(1);
    press('<escape>');
    expect(keys.view.mode).toBe('look');
  });

  it('go straight to typing where there is no test', () => {
    const { keys, press } = keysFor({ choices: [], run: null });
    press('i');
    expect(keys.view).toMatchObject({ mode: 'edit', edited: { text: '{}' } });
  });

  it('scroll by lines, pages and to either end', () => {
    const { keys, press } = keysFor();
    press('<down>', 'j', '<page-down>', '<up>');
    expect(keys.view.scroll).toBe(11);
    keys.scrolledTo(5);
    press('k');
    expect(keys.view.scroll).toBe(4);
    press('<home>', '<up>');
    expect(keys.view.scroll).toBe(0);
    press('<end>');
    expect(keys.view.scroll).toBeGreaterThan(1_000);
  });
});
