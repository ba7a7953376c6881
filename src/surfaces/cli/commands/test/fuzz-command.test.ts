import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ratchet } from '../../../../testing/ratchet-process.ts';

const root = mkdtempSync(join(tmpdir(), 'ratchet-fuzz-command-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

function task(code: string, folder = join(root, `task-${++count}`)): string {
  mkdirSync(folder, { recursive: true });
  const uuid = `01890000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
  const files = {
    'metadata.json': { uuid, version: '1.0.0', label: 'Initials', name: 'initials' },
    'input.schema.json': { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    'output.schema.json': { type: 'object', properties: { initials: { type: 'string' } }, required: ['initials'] },
  };
  for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(value));
  writeFileSync(join(folder, 'main.js'), code);
  return folder;
}

const buggy = `function main({ name }) {
  const words = name.split(' ');
  return { initials: words.map((word) => word[0].toUpperCase()).join('') };
}
main;
`;
const right = buggy.replace('word[0].toUpperCase()', `word.slice(0, 1)`);

describe('ratchet test --fuzz', () => {
  it('prints the smallest case with the line, writes it as a test, and ends with exit code 1', async () => {
    const path = task(buggy);
    const { code, stdout, stderr } = await ratchet(['test', path, '--fuzz', '200', '--seed', '1']);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(' FAIL  initials > TypeError at main.js:3\n');
    expect(stdout).toContain(`The task threw TypeError: Cannot read properties of undefined (reading 'toUpperCase')`);
    expect(stdout).toMatch(/input: \{\n\s+"name": ""\n\s+\}/);
    expect(stdout).toMatch(/> 3\| {3}return \{ initials:/);
    expect(stdout).toMatch(/Found {2}1\n\s+Runs {2}200 \(--seed 1\)\n/);
    const [file] = readdirSync(join(path, 'tests'));
    expect(stdout).toContain(`Hint: tests/${file} is a test that fails until this is mended.`);
    expect(JSON.parse(readFileSync(join(path, 'tests', file!), 'utf8'))).toMatchObject({ input: { name: '' }, may_throw: 'typed' });
    expect((await ratchet(['test', path])).code).toBe(1);
    writeFileSync(join(path, 'main.js'), right);
    expect((await ratchet(['test', path])).code).toBe(0);
    expect((await ratchet(['test', '--fuzz', '200', '--seed', '1', path])).code).toBe(0);
  });

  it('says that nothing was found, and takes a path after the bare flag', async () => {
    const path = task(right);
    const { code, stdout } = await ratchet(['test', '--fuzz', path, '--fuzz-seconds', '1']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/✓ initials .*\d+ runs, \d+ per second.*\n[^]*Found {2}nothing\n/)]);
    expect(readdirSync(path)).not.toContain('tests');
  });

  it('answers a program in JSON', async () => {
    const { code, stdout } = await ratchet(['test', task(buggy), '--fuzz', '100', '--seed', '7', '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'failed',
      seed: 7,
      reports: [
        {
          runs: 100,
          endedBy: 'runs',
          findings: [{ kind: 'untyped-error', errorClass: 'TypeError', input: { name: '' }, file: expect.stringMatching(/^tests\/fuzz-/) }],
        },
      ],
    });
  });

  it('looks at every task of a folder, and goes on where one cannot be fuzzed', async () => {
    const folder = join(root, 'collection');
    task(right, join(folder, 'one'));
    const hard = task(right, join(folder, 'two'));
    writeFileSync(join(hard, 'input.schema.json'), JSON.stringify({ type: 'string', minLength: 3, maxLength: 2 }));
    task(buggy, join(folder, 'zero'));
    const { code, stdout } = await ratchet(['test', folder, '--fuzz', '60', '--seed', '1']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✓ initials[^]*✗ initials[^]*two\n {3}No input could be made[^]*FAIL/);
    expect(stdout).toMatch(/Tasks {2}1 could not be fuzzed \(3\)\n/);
    expect(await ratchet(['test', hard, '--fuzz', '60'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('FUZZ_SCHEMA_TOO_HARD'),
    });
  });

  it('allows classes of errors on request', async () => {
    const args = ['test', task(buggy), '--fuzz', '100', '--seed', '1', '--fuzz-allow', 'TypeError'];
    expect((await ratchet(args)).code).toBe(0);
  });

  it.each<[string, string[], string]>([
    ['a seed without fuzzing', ['--seed', '1'], '--seed says something about --fuzz'],
    ['fuzzing and watching', ['--fuzz', '--watch'], '--fuzz runs no tests, so --watch says nothing'],
    ['fuzzing and a filter', ['--fuzz', '--filter', 'x'], '--fuzz runs no tests, so --filter says nothing'],
  ])('refuses %s', async (_name, flags, message) => {
    expect(await ratchet(['test', task(right), ...flags])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
