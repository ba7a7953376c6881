import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcher, repository } from './checkout.ts';
import { startRatchet } from './ratchet-server.ts';
import { inTerminal, type TerminalRun } from './virtual-terminal.ts';

/** What is pressed, and what is seen then. */
export interface SessionStep {
  /** What it shows. */
  readonly about: string;
  /** As a reader is told: `task execute addition {"nu`, then a key. */
  readonly keys: string;
  /** The screen, without what differs from one time to the next. */
  readonly screen: string;
}

const key = { enter: '\r', tab: '\t', clear: '\u000c', search: '\u0012', leave: '\u0004', kill: '\u0015' } as const;

interface Pressed {
  readonly about: string;
  /** In words where a key has no letter. */
  readonly keys: string;
  readonly type: string;
  /** What is waited for. */
  readonly until: RegExp;
  /** What is typed afterwards, so that the next step begins at an empty line. */
  readonly back?: { readonly type: string; readonly until: RegExp };
}

const prompt = /ratchet>$/;

const pressed: readonly Pressed[] = [
  { about: 'The console says where it is connected.', keys: 'ratchet console', type: '', until: /to quit\nratchet>$/ },
  {
    about: 'Tab completes commands, and shows what could follow where there is more than one way on.',
    keys: 'ta Tab ex Tab',
    type: `ta${key.tab}ex${key.tab}`,
    until: /export\s[^]*ratchet> task ex$/,
    back: { type: key.kill, until: prompt },
  },
  {
    about: 'It knows the tasks of the server, and the fields of their input.',
    keys: 'task execute ad Tab {"nu Tab 1": 20, Tab 22} Enter',
    type: `task execute ad${key.tab}{"nu${key.tab}1": 20, ${key.tab}22}${key.enter}`,
    until: /"sum": 42\n\}\nratchet>$/,
  },
  {
    about: 'Where the input is left out, its fields are asked for one by one, until each fits.',
    keys: 'task execute addition Enter one Enter 1 Enter 2 Enter',
    type: `task execute addition${key.enter}one${key.enter}1${key.enter}2${key.enter}`,
    until: /"sum": 3\n\}\nratchet>$/,
  },
  {
    about: 'Ctrl-R searches what was typed before.',
    keys: 'Ctrl-R 22',
    type: `${key.search}22`,
    until: /\(search\)`22': task execute addition/,
    back: { type: `\u0007${key.kill}`, until: prompt },
  },
  {
    about: 'A failed execution says what happened when, and where the code is.',
    keys: 'task execute failing {} Enter',
    type: `task execute failing {}${key.enter}`,
    until: /✗ [^]*ratchet>$/,
  },
  {
    about: '`job why` says what keeps a job from running.',
    keys: 'job pause --reason "new disk" Enter job enqueue addition --input {"num1": 1, "num2": 2} Enter job why 4 Enter',
    type: `job pause --reason "new disk"${key.enter}job enqueue addition --input {"num1": 1, "num2": 2}${key.enter}job why 4${key.enter}`,
    until: /job why 4\n[^]+\nratchet>$/,
  },
  {
    about: 'What is misspelt is asked back.',
    keys: 'jbo list Enter script tamplate Enter job list --statsu=queued Enter task show adition Enter',
    type: `jbo list${key.enter}script tamplate${key.enter}job list --statsu=queued${key.enter}task show adition${key.enter}`,
    until: /Did you mean addition\?[^]*ratchet>$/,
  },
  {
    about: 'Variables, and an answer in a file.',
    keys: 'set N = 7 Enter echo $N ${M:-none} ${N:+given} Enter execution list --status=completed > done.json Enter',
    type: `set N = 7${key.enter}echo $N \${M:-none} \${N:+given}${key.enter}execution list --status=completed > done.json${key.enter}echo done${key.enter}`,
    until: /\ndone\nratchet>$/,
  },
  {
    about: '`monitor` fills the terminal; here the queue is paused, one job waits, and one has failed.',
    keys: 'monitor Enter',
    type: `monitor${key.enter}`,
    until: /PAUSED[^]*Failures \(1\)[^]*Schedules due/,
    back: { type: 'q', until: prompt },
  },
];

/** Presses the keys of the documented session in a real terminal, at a real server, and looks at the screen after each step. */
export async function recordConsoleSession(): Promise<SessionStep[]> {
  const home = mkdtempSync(join(tmpdir(), 'ratchet-session-'));
  const tasks = join(home, 'tasks');
  mkdirSync(tasks);
  cpSync(join(repository, 'sample/js-tasks/addition'), join(tasks, 'addition'), { recursive: true });
  writeFailing(join(tasks, 'failing'));
  const server = await startRatchet({ args: ['--sources', tasks, '--data-dir', join(home, 'data')] });
  let run: TerminalRun | null = null;
  try {
    run = inTerminal(`${process.execPath} ${launcher} console --connect ${server.url} --history-file ${join(home, 'history')}`, {
      columns: 80,
      rows: 24,
      cwd: home,
      env: { NO_COLOR: '1', HOME: home },
    });
    const steps: SessionStep[] = [];
    for (const [index, step] of pressed.entries()) {
      if (index > 0) {
        run.type(key.clear);
        await run.until((text) => text === 'ratchet>');
      }
      run.type(step.type);
      await run.until((text) => step.until.test(text));
      steps.push({ about: step.about, keys: step.keys, screen: withoutChance(run.screen.text(), server.url, home) });
      if (step.back === undefined) continue;
      run.type(step.back.type);
      await run.until((text) => step.back!.until.test(text));
    }
    run.type(key.leave);
    if ((await run.ended) !== 0) throw new Error(`the console did not leave well:\n${run.screen.text()}`);
    return steps;
  } finally {
    run?.child.kill('SIGKILL');
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function writeFailing(folder: string): void {
  mkdirSync(folder);
  const metadata = { uuid: '00000000-0000-4000-8000-00000000002a', name: 'failing', label: 'failing', version: '1.0.0' };
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify(metadata));
  writeFileSync(
    join(folder, 'main.js'),
    'function (input) {\n  console.log("looking for the order");\n  throw new Error("There is no order 7");\n}\n',
  );
  writeFileSync(join(folder, 'input.schema.json'), '{"type": "object"}');
  writeFileSync(join(folder, 'output.schema.json'), '{}');
}

/** Addresses, times and versions differ each time and say nothing. */
function withoutChance(screen: string, url: string, home: string): string {
  return screen
    .replaceAll(url, 'http://127.0.0.1:8080')
    .replaceAll(home, '~')
    .replaceAll(/Ratchet Console v\S+/g, 'Ratchet Console v1.0.0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-31T12:00:00.000Z')
    .replaceAll(/\b\d\d:\d\d:\d\d(?:\.\d+)?/g, '12:00:00')
    .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, '20 ms')
    .replaceAll(/\b(?:now|\d+[smh] ago) +/g, (whole) => 'now'.padEnd(whole.length))
    .replaceAll(/\((?:now|\d+[smh] ago)\)/g, '(now)')
    .replaceAll(/^Workers .*$/gm, 'Workers 1: 0 running, 1 idle   64 MB, 0% CPU')
    .replaceAll(/^(Ratchet {2}http:\S+) +(\w+) +(PAUSED)? +/gm, '$1  $2  $3  ');
}
