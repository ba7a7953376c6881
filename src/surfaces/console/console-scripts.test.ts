import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratchet, type RatchetEnd } from '../../testing/ratchet-process.ts';
import { startRatchet, type RatchetServer } from '../../testing/ratchet-server.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { scriptTemplates } from './commands/script-templates.ts';

const home = mkdtempSync(join(tmpdir(), 'ratchet-scripts-'));
let server: RatchetServer;
beforeAll(async () => {
  const folder = join(home, 'tasks', 'sum');
  mkdirSync(folder, { recursive: true });
  const metadata = { uuid: '00000000-0000-4000-8000-000000000077', name: 'sum', label: 'sum', version: '1.0.0' };
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify(metadata));
  writeFileSync(join(folder, 'main.js'), 'function (input) { return { sum: input.a + input.b }; }');
  writeFileSync(join(folder, 'input.schema.json'), '{"type": "object"}');
  writeFileSync(join(folder, 'output.schema.json'), '{}');
  server = await startRatchet({ args: ['--sources', join(home, 'tasks'), '--data-dir', join(home, 'data')] });
});
afterAll(async () => {
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** A console at the server, with what is typed as its standard input. */
const at = (lines: string, args: readonly string[] = []): Promise<RatchetEnd> =>
  ratchet(['console', '--connect', server.url, ...args], { cwd: home, env: { HOME: home }, stdin: lines });

describe('scripts of the console', () => {
  it('are recorded, replayed, and looked at without being run', async () => {
    const recorded = await at(
      'script record mine\nset A = 2\ntask execute sum {"a": $A, "b": 40}\n secret stays here\nscript stop\n'.replace(
        ' secret stays here',
        ' echo hidden',
      ),
    );
    expect([recorded.code, recorded.stderr]).toEqual([0, '']);
    const file = join(home, 'mine.rsh');
    expect(readFileSync(file, 'utf8')).toBe('# Recorded in the Ratchet console.\nset A = 2\ntask execute sum {"a": $A, "b": 40}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const replayed = await at('script replay mine --pause 10ms\nscript record mine.rsh\n');
    expect([replayed.code, replayed.stdout]).toEqual([8, expect.stringContaining('"sum":42')]);
    expect(replayed.stderr).toContain('mine.rsh cannot be used: it exists already; name another');
    writeFileSync(join(home, 'wrong.rsh'), 'set N = 3\ntask list --limit $N\ntask lst\ntask execute sum {"a": }\njob list --limit few\n');
    const looked = await at('script replay wrong --dry-run --format table\n');
    expect(looked.code).toBe(2);
    const [first, second, third, ...others] = looked.stdout.split('\n');
    expect([first, second]).toEqual(['✓    1  set N = 3', '✓    2  task list --limit $N']);
    expect(third).toContain("✗    3  task lst  Unknown task command: 'lst'.");
    expect(others.filter((line) => line.startsWith('✗'))).toHaveLength(2);
  });

  it('that failed while they were recorded say so in a comment', async () => {
    const typed = ['script record half', 'task show nobody', ''].join('\n');
    expect((await at(typed)).code).toBe(3);
    expect(readFileSync(join(home, 'half.rsh'), 'utf8')).toContain('# failed: task show nobody\n');
  });

  it('are built in, and run as they stand', async () => {
    const names = scriptTemplates.map(({ name }) => name);
    const folder = join(home, 'templates');
    mkdirSync(folder);
    const lines = names.flatMap((name) => [`script template ${name} ${folder}/${name}.rsh`, `script replay ${folder}/${name}`]);
    const end = await at(`${lines.join('\n')}\nscript template nothing`);
    expect(end.stderr).toContain(`There is no script called nothing; there are ${names.join(', ')}`);
    expect(end.stderr).not.toContain('Script error: /');
    expect(end.stdout).toContain('"healthy"');
  });

  it('are ten thousand lines long in seconds, in little memory', async () => {
    verifies('console.long-scripts');
    const lines = Array.from({ length: 9_999 }, (_, index) => (index % 2 === 0 ? `set N = ${index}` : 'echo $N'));
    writeFileSync(join(home, 'long.rsh'), [...lines, 'echo $(cat /proc/self/status)'].join('\n'));
    const begun = performance.now();
    let peak = 0;
    const end = await ratchet(['console', '--connect', server.url, '--script', 'long.rsh'], {
      cwd: home,
      env: { HOME: home },
      onStderr: (text, child) => {
        if (text.includes('echo')) peak = Math.max(peak, residentOf(child.pid!));
      },
    });
    expect([end.code, end.stdout.trim().split('\n').at(-2)]).toEqual([0, 'Set N = 9998']);
    expect(end.stderr).toContain('console.scripts.allow_system_commands is off');
    // Twenty times what a quiet machine needs.
    expect(performance.now() - begun).toBeLessThan(20_000);
    if (process.platform === 'linux') expect(peak).toBeGreaterThan(10);
    expect(peak).toBeLessThan(400);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Megabytes that a process and those it has started hold. */
function residentOf(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return own + children.reduce((sum, child) => sum + residentOf(Number(child)), 0);
  } catch {
    return 0;
  }
}

describe('answers', () => {
  it('have the form the configuration says, unless the line says another', async () => {
    writeFileSync(join(home, 'forms.yaml'), 'console: { default_format: yaml }\n');
    const { stdout } = await at(
      'task show sum\ntask list --limit 1 --format rich\nserver status --format json\ntask list --limit 1 > list.json\n',
      ['--config', 'forms.yaml'],
    );
    expect(stdout).toMatch(/^id: "1"\n[^]*\n┌─[^]*│ ID │ Name │ Version │ [^]*Status [^]*\n\{\n {2}"status": "healthy"/);
    expect(JSON.parse(readFileSync(join(home, 'list.json'), 'utf8'))).toMatchObject({ items: [{ name: 'sum' }] });
  });

  it('are there in every form for what is read most', async () => {
    const commands = [
      'repo list',
      'repo status',
      'task list',
      'task show sum',
      'job list',
      'execution list',
      'server status',
      'server workers',
      'server metrics',
      'stats',
      'health',
      'db status',
      'template list',
      'schedule list',
      'monitor',
      'monitor workers',
      'mcp tools',
      'script template',
    ];
    const end = await at(
      ['json', 'yaml', 'table']
        .flatMap((form) => commands.map((command) => `echo === ${form} ${command}\n${command} --format ${form}`))
        .join('\n'),
    );
    expect([end.code, end.stderr.replaceAll(/^(?:No data to display|\d+ of .*)\n/gm, '')]).toEqual([0, '']);
    for (const [, form, command, text] of end.stdout.matchAll(/^=== (\w+) (.+)\n([^]*?)(?=^===|(?![^]))/gm)) {
      expect({ command, form, isJson: isJson(text!) }).toEqual({ command, form, isJson: form === 'json' });
    }
  });

  it('of outputs and of the server go into files', async () => {
    const end = await at(
      'task execute sum {"a": 1, "b": 2}\nresult list --limit 1 > /dev/null\nresult export 1 out.json\nexport openapi api.json\nexport mcp-config --client claude-code > mcp.json\nresult store sum --input {"a": 1, "b": 1} --output-json {"sum": 2}\n',
    );
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(home, 'out.json'), 'utf8'))).toEqual(expect.objectContaining({ sum: expect.any(Number) }));
    expect(JSON.parse(readFileSync(join(home, 'api.json'), 'utf8'))).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    expect(JSON.parse(readFileSync(join(home, 'mcp.json'), 'utf8'))).toMatchObject({
      mcpServers: { ratchet: { command: 'ratchet', args: ['mcp-serve', '--server', server.url] } },
    });
    expect(end.stdout).toContain('is stored as execution');
  });
});

describe('what is misspelt or not there', () => {
  it('is told, with what was probably meant', async () => {
    const said = async (line: string) => (await at(line)).stderr.split('\n').slice(0, 2).join(' ');
    const expected = {
      'task show summ': 'There is no task "summ". Did you mean sum?',
      'repo show task': 'Did you mean tasks?',
      'tsk list': 'Unknown command category: tsk. Did you mean task?',
      'job lst': 'Did you mean list?',
      'task list --limt 3': 'Did you mean --limit?',
      'task list --format tabel': 'Did you mean table?',
      'env HOM': 'Did you mean HOME?',
      'source mien': 'Did you mean mine?',
      'help taks': 'Did you mean task?',
      'workflow create x': 'There are no workflows: a server runs single tasks.',
      'task execute sum {} --webhook http://a.example': 'put it into a file with `> result.json`',
      'connect stdio': 'ratchet console --connect stdio',
      'monitor logs': 'monitor logs needs a terminal.',
      'task create': 'path: is needed',
    };
    const told = await Promise.all(Object.keys(expected).map(async (line) => [line, await said(line)] as const));
    for (const [line, text] of told) expect(`${line}: ${text}`).toContain(expected[line as keyof typeof expected]);
    expect((await at('set NAME = x\nunset NAM\n')).stdout).toContain('Variable NAM not found. Did you mean NAME?');
  });
});
