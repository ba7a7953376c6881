import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launcher, repository } from '../../testing/checkout.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { startRatchet, type RatchetServer } from '../../testing/ratchet-server.ts';
import { inTerminal, terminalProgram, withoutTerminal, type TerminalRun } from '../../testing/virtual-terminal.ts';

const home = mkdtempSync(join(tmpdir(), 'ratchet-seat-'));
const up = '\u001b[A';
const tab = '\t';
const enter = '\r';
const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96);

describe.skipIf(terminalProgram === null)(
  `the console in a terminal (${terminalProgram === null ? withoutTerminal : 'a real one'})`,
  () => {
    let server: RatchetServer;
    const runs: TerminalRun[] = [];
    beforeAll(async () => {
      const tasks = join(home, 'tasks');
      mkdirSync(tasks);
      for (const name of ['addition', 'streaming-example'])
        cpSync(join(repository, 'sample/js-tasks', name), join(tasks, name), { recursive: true });
      server = await startRatchet({ args: ['--sources', tasks, '--data-dir', join(home, 'data')] });
    });
    afterEach(() => {
      for (const run of runs.splice(0)) run.child.kill('SIGKILL');
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(home, { recursive: true, force: true });
    });

    const has = (part: string | RegExp) => (text: string) => (typeof part === 'string' ? text.includes(part) : part.test(text));
    async function open(more = '', size: { columns?: number; rows?: number } = {}, env: NodeJS.ProcessEnv = {}): Promise<TerminalRun> {
      const line = `${process.execPath} ${launcher} console --connect ${server.url} --history-file ${join(home, 'history')} ${more}`;
      const run = inTerminal(line, { ...size, env: { NO_COLOR: '1', HOME: home, ...env } });
      runs.push(run);
      await run.until(has(/ratchet> ?$/));
      return run;
    }

    it('greets, completes what is begun, runs it, and leaves on Ctrl-D', async () => {
      const run = await open('', { rows: 80 });
      expect(run.screen.text()).toMatch(
        /^Ratchet Console v\d+\.\d+\.\d+\nConnected to: http:\/\/127\.0\.0\.1:\d+\nServer status: healthy\nType 'help' for available commands, 'exit' to quit\nratchet>$/,
      );
      run.type(`ta${tab}exe${tab}ad${tab}{"nu${tab}`);
      await run.until(has('task execute addition {"num'));
      run.type(`1":1,${tab}`);
      await run.until(has('task execute addition {"num1":1,"num2":'));
      run.type(`41}${enter}`);
      await run.until(has(/"sum": 42\n\}\nratchet>$/));
      run.type(`job list --st${tab}${tab}`);
      await run.until(has(/--started-before +--status\nratchet> job list --sta$/));
      run.type(`${ctrl('u')}exe${tab}sh${tab}${tab}`);
      await run.until(has('execution show 1'));
      run.type(enter);
      await run.until(has(/"status": "COMPLETED"[^]*\nratchet>$/));
      run.type(`task list --format table${enter}execution show 1 --format table${enter}`);
      await run.until(has(/│ ID │ Name +│[^]*\nstatus +COMPLETED/));
      run.type(ctrl('d'));
      expect(await run.ended).toBe(0);
    });

    it('remembers what was typed, finds it again, and edits it across the edge of the terminal', async () => {
      const first = await open('', { columns: 40 });
      first.type(`echo ${'abc '.repeat(12)}end${enter}health${enter}`);
      await first.until(has(/healthy {2}Ratchet[^]*ratchet>$/));
      first.type(`exit${enter}`);
      expect(await first.ended).toBe(0);
      const run = await open('', { columns: 60 });
      run.type(`${ctrl('r')}abc`);
      await run.until(has("(search)`abc': echo abc abc"));
      run.type(`${ctrl('a')}${ctrl('k')}echo two${enter}${up}${up}`);
      await run.until(has(/\ntwo\nratchet> exit$/));
      run.type(`${ctrl('u')}history health${enter}`);
      await run.until(has(/ {2}\d: health\n/));
      expect(readFileSync(join(home, 'history'), 'utf8')).toContain('history health\n');
    });

    it('goes on over several lines while a bracket is open, and says what an empty line leaves open', async () => {
      const run = await open();
      run.type(`task execute addition {${enter}"num1": 1,${enter}"num2": 2${enter}}${enter}`);
      await run.until(has(/-> "num2": 2\n\s+-> \}\n[^]*"sum": 3\n\}\nratchet>$/));
      run.type(`echo {${enter}${enter}`);
      await run.until(has(/✗ Unmatched braces in command\n[^]*ratchet>$/));
      run.type(`echo x${ctrl('c')}`);
      await run.until(has(/Use 'exit' or Ctrl\+D to quit\nratchet>$/));
    });

    it('asks for the fields of an input that is left out', async () => {
      const run = await open();
      run.type(`task execute addition${enter}`);
      await run.until(has('num1 (number, required):'));
      run.type(`one${enter}`);
      await run.until(has('It is a number.'));
      run.type(`1${enter}2${enter}`);
      await run.until(has(/"sum": 3\n\}\nratchet>$/));
      run.type(`task execute addition${enter}`);
      await run.until(has(/\nnum1 \(number, required\):$/));
      run.type(ctrl('c'));
      await run.until(has(/interrupted[^]*ratchet>$|num1 \(number, required\):\nratchet>$/));
    });

    it('shows the progress of an execution, and cancels it on the server on Ctrl-C', async () => {
      verifies('console.cancel');
      const run = await open();
      run.type(`task execute streaming-example {"steps": 20, "delay": 1000}${enter}`);
      await run.until(has(/progress \d+%/));
      run.type(ctrl('c'));
      await run.until(has(/⚠ Execution (\d+) is being cancelled\.\n[^]*ratchet>$/));
      const id = /Execution (\d+) is being/.exec(run.screen.text())![1]!;
      run.type(
        `execution logs ${id} --follow > /dev/null${enter}execution show ${id} --format json > ${join(home, 'cancelled.json')}${enter}echo done${enter}`,
      );
      await run.until(has(/\ndone\nratchet>$/));
      expect(JSON.parse(readFileSync(join(home, 'cancelled.json'), 'utf8'))).toMatchObject({ status: 'CANCELLED' });
    });

    it('makes a task of a template, field by field, and completes what stands deeper', async () => {
      const run = await open();
      run.type(`task create --inter${tab}${enter}`);
      await run.until(has(/template \([^]*required\):/));
      run.type(`http_api_cal${enter}`);
      await run.until(has('It is one of '));
      run.type(`validation${enter}my check${enter}`);
      await run.until(has(/description \(string, optional\):/));
      run.type(ctrl('c'));
      await run.until(has(/\nratchet>$/));
      run.type(`task create --interactive${enter}validation${enter}my-check${enter}${enter}`);
      await run.until(has(/description \(string, optional\):[^]*\): ?$|is stored/));
      for (let field = 0; field < 12 && !/is stored/.test(run.screen.text()); field++) {
        const before = run.written().length;
        run.type(enter);
        await run.until(() => run.written().length > before + 2);
      }
      await run.until(has('The task my-check is stored; run it with: task execute my-check'));
      run.type(`moni${tab}lo${tab}${ctrl('u')}server workers s${tab}`);
      await run.until(has('server workers scale'));
      run.type(`${ctrl('u')}template show agg${tab}`);
      await run.until(has('template show aggregate'));
      run.type(`${ctrl('u')}task diff addition 1${tab}1${tab}`);
      await run.until(has('task diff addition 1.0.0 1.0.0'));
      run.type(`${ctrl('u')}script template dep${tab}`);
      await run.until(has('script template deploy'));
      run.type(`${ctrl('u')}task --ena${tab}`);
      await run.until(has('task --enabled'));
    });

    it('pages what is longer than the terminal', async () => {
      const run = await open('', { rows: 12 });
      run.type(`help${enter}`);
      await run.until(has('more lines: blank goes on, q leaves'));
      run.type('q');
      await run.until(has(/\nratchet>$/));
      run.type(`echo after${enter}`);
      await run.until(has(/\nafter\nratchet>$/));
    });

    it('edits a task, and stores it only when its tests pass', async () => {
      const editor = join(home, 'editor.sh');
      writeFileSync(
        editor,
        `#!/bin/sh\nif [ -e ${home}/twice ]; then sed -i 's/return [^;]*;/return { sum: 7 };/' "$1"; else touch ${home}/twice; echo 'syntax (' >> "$1"; fi\n`,
      );
      chmodSync(editor, 0o755);
      const copy = join(home, 'copy');
      cpSync(join(repository, 'sample/js-tasks/addition'), copy, { recursive: true });
      const metadata = JSON.parse(readFileSync(join(copy, 'metadata.json'), 'utf8')) as Record<string, unknown>;
      writeFileSync(
        join(copy, 'metadata.json'),
        JSON.stringify({ ...metadata, uuid: '00000000-0000-4000-8000-000000000042', name: 'mine', label: 'mine' }),
      );
      rmSync(join(copy, 'tests'), { recursive: true });
      const run = await open('', {}, { EDITOR: editor });
      run.type(`task create ${copy} > ${join(home, 'created.json')}${enter}`);
      await run.until(has(/created\.json\nratchet>$/));
      run.type(`task edit mine${enter}`);
      await run.until(has(/It was not stored[^]*Edit again\? \[Y\/n\]/));
      expect(existsSync(join(home, 'twice'))).toBe(true);
      run.type(`n${enter}`);
      await run.until(has('main.js of mine is as it was.'));
      run.type(`task edit mine${enter}`);
      await run.until(has('mine 1.0.1 is stored.'));
      run.type(`task execute mine {"num1": 1, "num2": 1}${enter}task edit addition${enter}`);
      await run.until(has(/"sum": 7[^]*addition cannot be edited here/));
    });

    it('watches the server on a second screen, and gives the terminal back however it ends', async () => {
      verifies('console.monitor-leaves');
      const run = await open('', { columns: 80, rows: 24 });
      run.type(`job enqueue streaming-example --input {"steps":20,"delay":1000}${enter}`);
      await run.until(has('is queued'));
      const before = run.screen.text();
      run.type(`monitor${enter}`);
      await run.until(has(/Running \(1\)[^]*streaming-example [^]*\d+%/));
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([true, false]);
      run.type('p');
      await run.until(has('PAUSED'));
      run.type('pc');
      await run.until(has(/Running \(0\)/));
      run.type('q');
      await run.until(has(/monitor\nratchet>$/));
      expect(run.screen.text().startsWith(before)).toBe(true);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
      run.type(`monitor${enter}`);
      await run.until(has('Schedules due'));
      run.type(ctrl('c'));
      await run.until(has(/\nratchet>$/));
      run.type(`monitor${enter}`);
      await run.until(has('Schedules due'));
      expect(run.screen.isAlternate).toBe(true);
      // Only the console is told to end, not the program that makes the terminal.
      const inside = readFileSync(`/proc/${run.child.pid}/task/${run.child.pid}/children`, 'utf8').trim();
      process.kill(Number(inside), 'SIGTERM');
      expect(await run.ended).toBe(130);
      expect([run.screen.isAlternate, run.screen.isCursorShown]).toEqual([false, true]);
    });

    it('serves a terminal that can only write', async () => {
      const run = await open('', {}, { TERM: 'dumb' });
      run.type(`ehco\u007f\u007f\u007fcho plain${enter}`);
      await run.until(has(/\nplain\nratchet>$/));
      run.type(`monitor > ${join(home, 'monitor.json')}${enter}health${enter}`);
      await run.until(has(/healthy {2}Ratchet[^]*ratchet>$/));
      expect(JSON.parse(readFileSync(join(home, 'monitor.json'), 'utf8'))).toMatchObject({ health: 'healthy' });
      run.type(ctrl('d'));
      expect(await run.ended).toBe(0);
    });

    it('says when the server has gone, and when it is back', async () => {
      const data = join(home, 'second');
      const args = ['--data-dir', data];
      const second = await startRatchet({ args });
      const { port } = new URL(second.url);
      const run = inTerminal(`${process.execPath} ${launcher} console --port ${port} --history-file /dev/null`, {
        env: { NO_COLOR: '1', HOME: home },
      });
      runs.push(run);
      await run.until(has(/quit\nratchet>$/));
      await second.stop();
      run.type(`health${enter}`);
      await run.until(has(/✗ [^]*ratchet>$/));
      const third = await startRatchet({ args: [...args, '--port', port] });
      await run.until(has(`ℹ Connected to: http://127.0.0.1:${port}`));
      run.type(`health${enter}`);
      await run.until(has(/healthy {2}Ratchet/));
      await third.stop();
    });
  },
);
