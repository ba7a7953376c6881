import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { CpuProfile } from '#engine/index.ts';
import { ratchet } from '#testing/ratchet-process.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-profile-')));
afterAll(() => rmSync(folder, { recursive: true }));

function task(files: Record<string, string>): string {
  const path = mkdtempSync(join(folder, 'task-'));
  const metadata = { uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Profiled', name: 'profiled' };
  for (const [file, text] of Object.entries({ 'metadata.json': JSON.stringify(metadata), ...files })) writeFileSync(join(path, file), text);
  return path;
}

/** What every program that opens such files relies on. */
function expectWellFormed({ nodes, samples, timeDeltas, startTime, endTime }: CpuProfile): void {
  const ids = new Set(nodes.map(({ id }) => id));
  expect(ids.size).toBe(nodes.length);
  const children = nodes.flatMap((node) => node.children);
  expect(new Set(children).size).toBe(children.length);
  // A tree: everything but the root is the child of one.
  expect(new Set([nodes[0]!.id, ...children])).toEqual(ids);
  expect(nodes[0]!.callFrame.functionName).toBe('(root)');
  expect(samples.every((id) => ids.has(id))).toBe(true);
  expect(samples).toHaveLength(timeDeltas.length);
  expect(timeDeltas.every((delta) => Number.isFinite(delta))).toBe(true);
  const sum = timeDeltas.reduce((total, delta) => total + delta, 0);
  expect(sum).toBeLessThanOrEqual(endTime - startTime + 1_000);
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;

const js = `function hot(n) {
  let total = 1;
  for (let i = 0; i < n; i++) total = (total * 48271) % 2147483647;
  return total;
}

(async function (input) {
  hot(3e7);
  await new Promise((resolve) => setTimeout(resolve, 30));
  console.log('waited');
  return hot(1e6);
})
`;

describe('ratchet run-once --profile', () => {
  it('writes a profile in the author’s file, and says where the time went', async () => {
    const path = task({ 'main.js': js });
    const file = join(folder, 'deep', 'run.cpuprofile');
    const { code, stdout, stderr } = await ratchet(['run-once', path, `--profile=${file}`], { cwd: folder });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\n$/)]);
    const profile = read(file);
    expectWellFormed(profile);
    const frames = profile.nodes.map(({ callFrame }) => callFrame);
    const url = pathToFileURL(join(path, 'main.js')).href;
    expect(frames).toContainEqual({ functionName: 'hot', scriptId: '1', url, lineNumber: 0, columnNumber: 12 });
    expect(new Set(frames.map((frame) => frame.url))).toEqual(new Set(['', url]));
    expect(JSON.stringify(profile)).not.toMatch(/platform:|vm.Callback/);
    const hot = profile.nodes.find(({ callFrame }) => callFrame.functionName === 'hot')!;
    expect(hot.positionTicks?.every(({ line }) => line >= 1 && line <= 5)).toBe(true);
    expect(stderr).toContain(`Profile saved to: ${file}\nMost time was spent in:\n`);
    expect(stderr).toMatch(/: *\n +[\d.]+ ms +\d+% {2}hot {2}task-\w+\/main\.js:1\n/);
    // The 30 ms in which nothing ran are nobody's.
    const shares = [...stderr.matchAll(/ +([\d.]+) ms +(\d+)%/g)].map(([, ms, share]) => [Number(ms), Number(share)] as const);
    expect(shares[0]![1]).toBeGreaterThan(50);
  });

  it('leads from TypeScript in several files to the lines the author wrote', async () => {
    const path = task({
      'main.ts': `import { hot } from './hot.ts';\n\ninterface Input {\n  n?: number;\n}\n\nexport default function main(input: Input): number {\n  return hot(input.n ?? 3e7);\n}\n`,
      'hot.ts': `// Sums up.\n\nexport function hot(n: number): number {\n  let total: number = 1;\n  for (let i = 0; i < n; i++) total = (total * 48271) % 2147483647;\n  return total;\n}\n`,
    });
    const file = join(folder, 'ts.cpuprofile');
    expect((await ratchet(['run-once', path, '--profile', file], { cwd: folder })).code).toBe(0);
    const profile = read(file);
    expectWellFormed(profile);
    const hot = profile.nodes.find(({ callFrame }) => callFrame.functionName === 'hot')!;
    expect(hot.callFrame).toMatchObject({ url: pathToFileURL(join(path, 'hot.ts')).href, lineNumber: 2 });
    expect(Math.max(...hot.positionTicks!.map(({ line }) => line))).toBeLessThanOrEqual(7);
  });

  it('names the file for the task and the time when no name is given, and takes no word for one that is none', async () => {
    const cwd = mkdtempSync(join(folder, 'cwd-'));
    const path = task({ 'main.js': js });
    const { code, stderr } = await ratchet(['run-once', '--profile', path], { cwd });
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual([expect.stringMatching(/^profiled-\d{8}T\d{6}.cpuprofile$/)]);
    expect(stderr).toContain(`Profile saved to: ${readdirSync(cwd)[0]!}\n`);
    const wrong = await ratchet(['run-once', path, '--profile=here.json'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('must end in .cpuprofile')]);
  });

  it('writes it also when a limit ends the run, or Ctrl-C', async () => {
    const path = task({ 'main.js': '(function spin() {\n  console.log("begun");\n  for (;;);\n})' });
    const limited = await ratchet(['run-once', path, '--timeout', '500ms', '--profile=limit.cpuprofile'], { cwd: folder });
    expect(limited.code).toBe(5);
    expect(limited.stderr).toMatch(/spin .*main.js:1/);
    expectWellFormed(read(join(folder, 'limit.cpuprofile')));
    const stopped = await ratchet(['run-once', path, '--profile=stop.cpuprofile'], {
      cwd: folder,
      onStderr: (text, child) => text.includes('begun') && child.kill('SIGINT'),
    });
    expect(stopped.code).toBe(130);
    expectWellFormed(read(join(folder, 'stop.cpuprofile')));
  });

  it('keeps the result when the file cannot be written, and says so', async () => {
    const path = task({ 'main.js': '(function () { return 1; })' });
    const { code, stdout, stderr } = await ratchet(['run-once', path, `--profile=${path}/main.js/x.cpuprofile`]);
    expect([code, stdout]).toEqual([8, '1\n']);
    expect(stderr).toContain('PROFILE_UNWRITABLE');
  });
});
