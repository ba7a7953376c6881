import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { launcher, systemPath } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';
import { commandRows } from './commands.ts';
import { shapeOf } from './project.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('ratchet validate', () => {
  it('says that a task is fine, and which task it is', async () => {
    for (const line of [
      ['validate', 'sample/js-tasks/addition'],
      ['validate', '--from-fs', 'sample/js-tasks/addition'],
    ]) {
      const { code, stdout, stderr } = await ratchet(line);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^✅ Task validation passed\nUUID: [0-9a-f-]{36}\nLabel: Addition\nVersion: 1\.0\.0\nDescription: /);
    }
  });

  it('lists every problem with file, line and what to do, and ends with exit code 3', async () => {
    const { code, stdout } = await ratchet(['validate', 'sample/js-tasks/invalid']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^❌ Task validation failed: \d+ problems\n/);
    expect(stdout).toMatch(/^metadata\.json:\d+:\d+ error field-invalid .+\n {4}\S/m);
    expect(stdout).toMatch(/^main\.js:\d+:\d+ error code-syntax /m);
    const report = JSON.parse((await ratchet(['validate', 'sample/js-tasks/invalid', '--format', 'json'])).stdout);
    expect(report).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([expect.objectContaining({ file: 'main.js', severity: 'error' })]),
    });
  });

  it('writes what is missing with --fix', async () => {
    const path = mkdtempSync(join(folder, 'fix-'));
    writeFileSync(join(path, 'main.js'), '(function (input) { return input; })');
    expect((await ratchet(['validate', path])).code).toBe(3);
    const { code, stdout } = await ratchet(['validate', path, '--fix']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Wrote metadata\.json[^]*✅/)]);
  });
});

describe('ratchet generate task', () => {
  it('makes a task that validates, and never overwrites one', async () => {
    const path = join(folder, 'made');
    const line = ['generate', 'task', '--path', path, '--label', 'Tea', '--description', 'Brews.', '--version', '2.1.0'];
    const { code, stdout, stderr } = await ratchet(line);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^✅ Task template generated at: "${path}"\n[^]*main\\.js`));
    expect(JSON.parse(readFileSync(join(path, 'metadata.json'), 'utf8'))).toMatchObject({
      label: 'Tea',
      description: 'Brews.',
      version: '2.1.0',
    });
    expect((await ratchet(['validate', path])).stdout).toMatch(/^✅ Task validation passed\n/);
    expect(await ratchet(line)).toMatchObject({ code: 2, stderr: expect.stringContaining('TASK_TARGET_EXISTS') });
  });

  it('writes TypeScript on request, takes a bare path, and answers a program in JSON', async () => {
    const path = join(folder, 'typed');
    const { stdout } = await ratchet(['generate', 'task', path, '--typescript', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ path, files: expect.arrayContaining(['main.ts']) });
    expect(existsSync(join(path, 'main.ts'))).toBe(true);
    expect((await ratchet(['generate', 'task', join(folder, 'x'), '--version', 'one'])).code).toBe(2);
  });
});

describe('ratchet doctor', () => {
  it('looks at everything and says what it found', async () => {
    const { code, stdout } = await ratchet(['doctor', '--format', 'json']);
    const { state, findings } = JSON.parse(stdout) as {
      state: string;
      findings: { name: string; state: string; detail: string; advice: string | null }[];
    };
    expect([code, ['ok', 'warning']]).toEqual([0, expect.arrayContaining([state])]);
    expect(findings.map((finding) => finding.name)).toEqual([
      'node',
      'native-module',
      'sandbox',
      'confinement',
      'temp-folder',
      'data-folder',
      'resources',
      'configuration',
    ]);
    for (const finding of findings) expect(finding.advice === null).toBe(finding.state === 'ok');
  });

  it('ends with exit code 8 and advice when something is missing', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const config = join(folder, 'doctor.yaml');
    writeFileSync(config, 'execution:\n  max_cpu_ms: none\n');
    const { code, stdout } = await ratchet(['doctor', '--config', config], { env: { RATCHET_STORAGE_DATA_FOLDER: file } });
    expect(code).toBe(8);
    expect(stdout).toMatch(/^failed +data-folder +.*is not a folder\n +Set storage\.data_folder/m);
    expect(stdout).toMatch(/^failed +configuration +.*doctor\.yaml:2 {2}execution\.max_cpu_ms {2}cannot be "none"/m);
  });

  it('names keys of the configuration that look like a slip of the pen', async () => {
    const config = join(folder, 'slip.yaml');
    writeFileSync(config, 'execution:\n  max_execution_durations: 5\nmcp:\n  enabled: true\n');
    const { stdout } = await ratchet(['doctor', '--config', config]);
    expect(stdout).toMatch(
      /^failed +configuration +.*slip\.yaml:2 {2}execution\.max_execution_durations {2}is not a setting\. Did you mean execution\.max_execution_duration\?\n/m,
    );
  });
});

describe('help', () => {
  it.each(commandRows.map((row) => row.words))('of %s shows its flags, each explained, and its examples', async (words) => {
    const row = commandRows.find((one) => one.words === words)!;
    const shape = shapeOf((await row.load()).operation);
    let stdout = '';
    const silent = { isTerminal: false, write: (text: string) => expect(text).toBe('') };
    const terminal = {
      out: { isTerminal: false, write: (text: string) => (stdout += text) },
      err: silent,
      env: {},
      readStdin: async () => '',
    };
    const open = () => Promise.reject(new Error('help needs no application'));
    expect(await runCli({ argv: [...words.split(' '), '--help'], terminal, version: '1.0.0', open, now: () => 0 })).toBe(0);
    for (const flag of shape.flags) {
      expect(flag.describe).not.toBe('');
      expect(stdout).toContain(`--${flag.name}`);
    }
    expect(shape.examples.length).toBeGreaterThan(0);
    for (const { line } of shape.examples) expect(stdout).toContain(line);
  });
});

describe('ratchet completion', () => {
  /** What bash offers after a line that ends in the word to complete. */
  function offered(script: string, line: string): string[] {
    const words = line.split(' ');
    const program = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ratchet; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program], { cwd: folder, encoding: 'utf8', env: { PATH: systemPath } });
    expect(stderr).toBe('');
    return stdout.trim().split('\n').filter(Boolean);
  }

  it('teaches a real bash commands, flags, values and files', async () => {
    const { stdout: script } = await ratchet(['completion', 'bash']);
    writeFileSync(join(folder, 'a file.json'), '{}');
    expect(offered(script, 'ratchet r')).toEqual(['run-once', 'replay', 'repo']);
    expect(offered(script, 'ratchet ')).toEqual(
      expect.arrayContaining(['run-once', 'validate', 'generate', 'doctor', 'completion', 'help', '--config']),
    );
    expect(offered(script, 'ratchet generate ')).toEqual(['task', 'mcpservers-json']);
    expect(offered(script, 'ratchet generate task --ty')).toEqual(['--typescript']);
    expect(offered(script, 'ratchet server config ')).toEqual(['get', 'set', 'reset']);
    expect(offered(script, 'ratchet server config set --sa')).toEqual(['--save']);
    expect(offered(script, 'ratchet run-once --is')).toEqual(['--isolation']);
    expect(offered(script, 'ratchet run-once x --isolation ')).toEqual(['fresh', 'isolate', 'warm']);
    expect(offered(script, 'ratchet run-once x --isolation = w')).toEqual(['warm']);
    expect(offered(script, 'ratchet run-once --input-file a')).toEqual(['a file.json']);
    expect(offered(script, 'ratchet run-once a')).toEqual(['a file.json']);
    expect(offered(script, 'ratchet --log-level d')).toEqual(['debug']);
    expect(offered(script, 'ratchet --log-level debug validate --f')).toEqual(['--from-fs', '--fix', '--format']);
    expect(offered(script, 'ratchet completion z')).toEqual(['zsh']);
    expect(offered(script, 'ratchet doctor x')).toEqual([]);
  });

  it('prints scripts for zsh and fish, and refuses other shells', async () => {
    expect((await ratchet(['completion', 'zsh'])).stdout).toMatch(/^#compdef ratchet\n/);
    const { stdout } = await ratchet(['completion', 'fish']);
    expect(stdout).toMatch(/^complete -c ratchet -n '__fish_seen_subcommand_from run-once' -l isolation -x -a 'fresh isolate warm'/m);
    expect(stdout).toContain(
      "'__fish_seen_subcommand_from server; and __fish_seen_subcommand_from config; and not __fish_seen_subcommand_from get' -a get",
    );
    expect(stdout).toContain(
      "'__fish_seen_subcommand_from config; and not __fish_seen_subcommand_from server; and not __fish_seen_subcommand_from show' -a show",
    );
    expect(await ratchet(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' });
    for (const [shell, flag] of [
      ['zsh', '-n'],
      ['fish', '--no-execute'],
    ] as const) {
      const check = spawnSync(shell, [flag], { input: (await ratchet(['completion', shell])).stdout, encoding: 'utf8' });
      // Where the shell is installed, its own parser has the last word.
      if (!check.error) expect([check.status, check.stderr]).toEqual([0, '']);
    }
  });

  it('is loaded by the name of the launcher as well', async () => {
    expect((await ratchet(['completion', 'bash'])).stdout).toMatch(/^complete -F _ratchet ratchet ratchet\.js$/m);
    expect(launcher).toMatch(/ratchet\.js$/);
  });
});
