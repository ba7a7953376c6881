import { setTimeout as pause } from 'node:timers/promises';
import { isAbsolute, resolve } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { ExitName } from '#kernel/index.ts';
import type { Command } from '#surfaces/cli/command.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { tableText } from '#surfaces/cli/remote/table.ts';
import { printable } from '#surfaces/cli/terminal.ts';
import { z } from 'zod';
import { consoleFileFailed, consoleLineInvalid } from '../errors.ts';
import { homePath } from '../home-path.ts';
import type { ScriptLine } from '../script.ts';
import type { ScriptRecorder } from '../script-recorder.ts';
import { nearest } from './find-row.ts';
import { ownCommand } from './own-command.ts';
import { scriptTemplates } from './script-templates.ts';
import { showJson } from './server-commands.ts';

/** What commands about scripts ask of the console they are typed into. */
export interface ScriptDesk {
  readonly recorder: ScriptRecorder;
  /** @returns the path and its commands @throws CONSOLE_SCRIPT_NOT_FOUND, CONSOLE_FILE_FAILED */
  read(file: string): { readonly file: string; readonly lines: readonly ScriptLine[] };
  /** Runs commands as `source` does. @param between is waited for before each but the first */
  run(lines: readonly ScriptLine[], file: string, between: () => Promise<void>, signal: AbortSignal): Promise<ExitName>;
  /** What is wrong with each line as far as can be told without running it; null: nothing. */
  check(lines: readonly ScriptLine[]): Promise<readonly (string | null)[]>;
}

const file = z.string().min(1).describe('File of the script').meta({ placeholder: 'path' });

export const scriptRecordCommand = ({ recorder }: ScriptDesk): Command =>
  ownCommand({
    words: 'script record',
    summary: 'Write what is typed from now on into a script',
    details:
      'Until `script stop`. What works becomes a command of the script, what fails a comment. The file must not exist; `.rsh` is added to a name without an ending.',
    input: { file },
    positional: ['file'],
    run: async ({ input }) => ({ file: recorder.start(String(input['file'])) }),
    show(answer, screen) {
      if (!isForPeople(screen)) return showJson(answer, screen);
      screen.out(
        `${screen.paintOut('green', '✓')} ${printable(`Recording into ${(answer as { file: string }).file}; end it with: script stop`)}\n`,
      );
      return { exit: 'ok' };
    },
  });

export const scriptStopCommand = ({ recorder }: ScriptDesk): Command =>
  ownCommand({
    words: 'script stop',
    summary: 'End the recording of a script',
    details: 'The script is complete as it is: every line was written when it was typed.',
    async run() {
      const recorded = recorder.stop();
      if (recorded === null) throw consoleLineInvalid({ problem: 'Nothing is being recorded', help: 'script record' });
      return recorded;
    },
    show(answer, screen) {
      if (!isForPeople(screen)) return showJson(answer, screen);
      const { file: path, count } = answer as { file: string; count: number };
      screen.out(`${screen.paintOut('green', '✓')} ${printable(`${path} holds ${count === 1 ? 'one command' : `${count} commands`}.`)}\n`);
      return { exit: 'ok' };
    },
  });

interface Checked {
  readonly file: string;
  readonly lines: readonly { readonly line: number; readonly command: string; readonly problem: string | null }[];
}

export const scriptReplayCommand = (desk: ScriptDesk): Command =>
  ownCommand({
    words: 'script replay',
    summary: 'Run a script, with a pause between its commands or only to see whether it could run',
    details:
      'As `source` runs it: each line is repeated, and the first that fails ends it. With --dry-run nothing is run: every line is looked at, and what cannot be understood is told.',
    input: {
      file,
      pauseMs: z.number().int().min(0).max(3_600_000).default(0).describe('Pause before each command but the first'),
      dryRun: z.boolean().default(false).describe('Run nothing; say which lines could not'),
    },
    positional: ['file'],
    async run({ input, options: { signal } }): Promise<ExitName | Checked> {
      const { file: said, pauseMs = 0, dryRun = false } = input as { file: string; pauseMs?: number; dryRun?: boolean };
      const script = desk.read(said);
      if (!dryRun) return desk.run(script.lines, script.file, () => pause(pauseMs, undefined, { signal }), signal);
      const problems = await desk.check(script.lines);
      return {
        file: script.file,
        lines: script.lines.map(({ number, text }, index) => ({ line: number, command: text, problem: problems[index]! })),
      };
    },
    show(answer, screen) {
      if (typeof answer === 'string') return { exit: answer as ExitName };
      const { lines } = answer as Checked;
      const exit = lines.some(({ problem }) => problem !== null) ? 'usage' : 'ok';
      if (!isForPeople(screen)) return { ...showJson(answer, screen), exit };
      for (const { line, command, problem } of lines) {
        const sign = problem === null ? screen.paintOut('green', '✓') : screen.paintOut('red', '✗');
        const rest = problem === null ? '' : `  ${screen.paintOut('red', printable(problem))}`;
        screen.out(`${sign} ${String(line).padStart(4)}  ${printable(command)}${rest}\n`);
      }
      return { exit };
    },
  });

export const scriptTemplateCommand: Command = ownCommand({
  words: 'script template',
  summary: 'Start a script from one that is built in',
  details: 'Without a name it lists them; with one it prints the script, or writes it into a file that must not exist.',
  input: {
    name: z.string().optional().describe('Which one'),
    file: file.optional(),
  },
  positional: ['name', 'file'],
  async run({ input, parts }) {
    const { name, file: said } = input as { name?: string; file?: string };
    if (name === undefined)
      return {
        scripts: scriptTemplates.map(({ name: one, about }) => ({ name: one, about })),
        width: parts.window?.size().columns ?? null,
      };
    const names = scriptTemplates.map((one) => one.name);
    const found = scriptTemplates.find((one) => one.name === name);
    if (found === undefined)
      throw consoleLineInvalid({
        problem: `There is no script called ${name}; there are ${names.join(', ')}${nearest(name, names)}`,
        help: 'script template',
      });
    if (said === undefined) return { name, text: found.text };
    const home = homePath(said);
    const path = isAbsolute(home) ? home : resolve(home);
    try {
      writeFileSync(path, found.text, { flag: 'wx' });
    } catch (caught) {
      const { code, message } = caught as NodeJS.ErrnoException;
      throw consoleFileFailed({ file: path, detail: code === 'EEXIST' ? 'it exists already; name another' : message }, caught);
    }
    return { name, file: path };
  },
  show(answer, screen) {
    const got = answer as { scripts?: readonly { name: string; about: string }[]; width?: number | null; text?: string; file?: string };
    if (!isForPeople(screen)) return showJson(got.scripts ?? answer, screen);
    if (got.scripts !== undefined) {
      const columns = [
        { field: 'name', title: 'SCRIPT' },
        { field: 'about', title: 'DOES', isFlexible: true },
      ];
      screen.out(tableText(got.scripts, columns, { width: got.width ?? null, now: 0, paint: screen.paintOut, look: screen.look }));
    } else if (got.text !== undefined) screen.out(got.text);
    else screen.out(`${screen.paintOut('green', '✓')} ${printable(`${got.file!} is written; run it with: source ${got.file!}`)}\n`);
    return { exit: 'ok' };
  },
});
