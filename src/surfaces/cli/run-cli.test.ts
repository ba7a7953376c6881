import { defineError, internalError, operation, type CallContext } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command, type CliParts } from './command.ts';
import type { CommandRow } from './commands.ts';
import { runCli, type OpenApp } from './run-cli.ts';

const tooHot = defineError<{ degrees: number }>('TEST_TOO_HOT', {
  http: 422,
  exit: 'failed',
  message: ({ degrees }) => `${degrees} degrees is too hot.`,
  hint: () => 'Let it cool.',
  about: 'For this test.',
});

let onRun: (context: CallContext) => unknown = () => 'tea';
const brew = command({
  operation: operation({
    name: 'tea.brew',
    summary: 'Brew tea',
    details: 'Brews tea and waits.',
    input: z.object({
      leaf: z.string().max(9).describe('Which leaf'),
      strength: z.enum(['weak', 'strong']).default('weak'),
      version: z.string().optional(),
    }),
    output: z.unknown(),
    errors: [tooHot as never],
    effect: 'write',
    permission: 'tea:brew',
    on: { cli: { command: 'brew', positional: ['leaf'], examples: [{ line: 'ratchet brew assam', about: 'Brews assam' }] } },
    run: async (_services: object, input, context) => ({ input, answer: await onRun(context) }),
  }),
  services: async () => ({}),
  show(answer, screen) {
    screen.out(`${JSON.stringify(answer)}\n`);
    return { exit: 'ok' };
  },
});
const rows: CommandRow[] = [
  { words: 'brew', summary: 'Brew tea', load: async () => brew },
  { words: 'make cup', summary: 'Make a cup', load: async () => brew },
];

async function run(
  line: string[],
  { isTerminal = false, env = {}, signal }: { isTerminal?: boolean; env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
) {
  let out = '';
  let err = '';
  const opened: unknown[] = [];
  const code = await runCli({
    argv: line,
    rows,
    version: '1.2.3',
    now: () => 0,
    ...(signal ? { signal } : {}),
    terminal: {
      out: { isTerminal, write: (text) => (out += text) },
      err: { isTerminal, write: (text) => (err += text) },
      env,
      readStdin: async () => '',
    },
    open: async (globals): Promise<OpenApp> => {
      opened.push(globals);
      return { parts: {} as CliParts, logLevel: globals.logLevel === 'debug' ? 'debug' : 'info', close: async () => {} };
    },
  });
  return { code, out, err, opened };
}

describe('a command line', () => {
  it('runs the command it names', async () => {
    const { code, out, err } = await run(['brew', 'assam', '--strength=strong']);
    expect({ code, out: JSON.parse(out), err }).toEqual({
      code: 0,
      out: { input: { leaf: 'assam', strength: 'strong' }, answer: 'tea' },
      err: '',
    });
  });

  it('takes the flags of every command before and after the command, and the later one wins', async () => {
    const { opened } = await run([
      '--config',
      'a.yaml',
      '--log-level',
      'warn',
      'brew',
      '--log-level=debug',
      'assam',
      '--log-format',
      'json',
    ]);
    expect(opened).toEqual([expect.objectContaining({ config: 'a.yaml', logLevel: 'debug', logFormat: 'json', format: 'auto' })]);
  });

  it('gives --version to a command that has one of its own', async () => {
    expect(JSON.parse((await run(['brew', 'assam', '--version', '2.0.0'])).out).input.version).toBe('2.0.0');
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
    expect(await run(['-V'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  it('of nothing is help, and help is no failure', async () => {
    for (const line of [[], ['--help'], ['-h'], ['help']]) {
      const { code, out, err } = await run(line);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/brew +Brew tea/);
      expect(out).toMatch(/130 +Cancelled/);
    }
    for (const line of [
      ['brew', '--help'],
      ['help', 'brew'],
      ['brew', 'x', '-h'],
    ]) {
      const { code, out } = await run(line);
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/Usage: ratchet brew <leaf> \[flags\][^]*weak\|strong[^]*Examples:[^]*ratchet brew assam/),
      ]);
    }
    expect(await run(['make'])).toMatchObject({ code: 0, out: expect.stringMatching(/cup +Make a cup/) });
  });

  it.each([
    [['brwe'], /unknown command "brwe"\. Did you mean brew\?/],
    [['make', 'cap'], /unknown command "make cap"\. Did you mean make cup\?/],
    [['xyzzyxyzzy'], /unknown command "xyzzyxyzzy"\n/],
    [['brwe', '--nothing'], /unknown command "brwe"/],
    [['brew', 'x', '--strenght', 'weak'], /unknown option '--strenght'\. Did you mean --strength\?/],
    [['brew', 'x', '--strength', 'waek'], /--strength cannot be "waek"; it is one of weak, strong\. Did you mean weak\?/],
    [['brew', 'x', '--strength'], /argument missing/],
    [['brew', 'x', '--format', 'xml'], /--format cannot be "xml"/],
    [['--nothing'], /unknown option '--nothing'/],
    [['brew'], /missing: --leaf <text>, or just <leaf>/],
    [['brew', 'x', 'y'], /unexpected argument "y"/],
  ])('%j is refused with exit code 2', async (line, message) => {
    const { code, out, err } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(/Usage: ratchet /);
    expect(err).toMatch(/COMMAND_LINE_INVALID/);
  });

  it('with a value that the operation refuses is refused by the operation', async () => {
    const { code, err } = await run(['brew', 'far-too-long-a-leaf']);
    expect(code).toBe(2);
    expect(err).toMatch(/REQUEST_INVALID/);
    expect(err).toMatch(/leaf/);
  });
});

describe('an error', () => {
  it('is told to a person with hint and page, to a program as one line of JSON', async () => {
    onRun = () => {
      throw tooHot({ degrees: 120 });
    };
    const told = await run(['brew', 'x']);
    expect(told).toMatchObject({ code: 1, out: '' });
    expect(told.err).toBe('Error: 120 degrees is too hot.\nHint: Let it cool.\nSee docs/errors/TEST_TOO_HOT.md (TEST_TOO_HOT)\n');
    const forProgram = await run(['brew', 'x', '--format', 'json']);
    expect(forProgram.err.split('\n')).toHaveLength(2);
    expect(JSON.parse(forProgram.err)).toEqual({
      error: expect.objectContaining({ code: 'TEST_TOO_HOT', data: { degrees: 120 }, documentation: 'docs/errors/TEST_TOO_HOT.md' }),
    });
    expect(JSON.parse((await run(['brwe', '--format=json'])).err).error.code).toBe('COMMAND_LINE_INVALID');
  });

  it('that nobody foresaw is a defect of ours: exit code 70, its stack at log level debug only', async () => {
    onRun = () => {
      throw new RangeError('oops', { cause: internalError({ what: 'boil' }) });
    };
    const { code, err } = await run(['brew', 'x']);
    expect(code).toBe(70);
    expect(err).toMatch(/Caused by: RangeError: oops/);
    expect(err).not.toMatch(/at .*run-cli\.test/);
    expect((await run(['brew', 'x', '--log-level', 'debug'])).err).toMatch(/at .*run-cli\.test/);
  });

  it('that a task caused cannot write escape sequences to the terminal', async () => {
    onRun = () => {
      throw internalError({ what: 'boil \u001b[2J\u009b1m' });
    };
    const { err } = await run(['brew', 'x'], { isTerminal: true });
    expect(err).toContain('\\x1b[2J\\x9b1m');
  });
});

describe('a person at a terminal', () => {
  const red = '\u001b[31m';
  it('sees colours unless told otherwise', async () => {
    expect((await run(['brwe'], { isTerminal: true })).err).toContain(red);
    expect((await run(['brwe'])).err).not.toContain(red);
    expect((await run(['brwe'], { env: { FORCE_COLOR: '1' } })).err).toContain(red);
    expect((await run(['brwe'], { isTerminal: true, env: { FORCE_COLOR: '0' } })).err).not.toContain(red);
    expect((await run(['brwe'], { isTerminal: true, env: { NO_COLOR: '1' } })).err).not.toContain(red);
    expect((await run(['brwe'], { isTerminal: true, env: { TERM: 'dumb' } })).err).not.toContain(red);
    expect((await run(['brwe', '--no-color'], { isTerminal: true, env: { FORCE_COLOR: '1' } })).err).not.toContain(red);
  });

  it('sees log lines from the level up, and progress as one line that is taken away', async () => {
    onRun = ({ notify }) => {
      notify({ type: 'log', level: 'debug', message: 'unseen', at: 0 });
      notify({ type: 'log', level: 'warn', message: 'hot\u001b[31m!', at: 0 });
      notify({ type: 'progress', update: { progress: 0.4, message: 'boiling' } });
      notify({ type: 'progress', update: 7 });
      return 'tea';
    };
    const plain = await run(['brew', 'x']);
    expect(plain.err).toBe('warn  hot\\x1b[31m!\nprogress 40% boiling\nprogress 7\n');
    expect(plain.out).toContain('tea');
    const { err } = await run(['brew', 'x'], { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(err).toBe('warn  hot\\x1b[31m!\nprogress 40% boiling\r\u001b[Kprogress 7\r\u001b[K');
  });
});

describe('an interrupted command', () => {
  it('ends in its own way when it can, else after a grace period, with exit code 130', async () => {
    const stop = new AbortController();
    onRun = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('half a cup')));
    const running = run(['brew', 'x'], { signal: stop.signal });
    setTimeout(() => stop.abort('SIGINT'), 20);
    expect(await running).toMatchObject({ code: 0, out: expect.stringContaining('half a cup') });

    const deaf = new AbortController();
    onRun = () => new Promise(() => {});
    const stuck = run(['brew', 'x'], { signal: deaf.signal });
    setTimeout(() => deaf.abort('SIGINT'), 20);
    const { code, err } = await stuck;
    expect([code, err]).toEqual([130, expect.stringMatching(/interrupted \(SIGINT\)/)]);
  });
});
