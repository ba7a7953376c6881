import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repository } from '../../testing/checkout.ts';
import { ratchet } from '../../testing/ratchet-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-repo-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sample = (name: string) => join(repository, 'sample/js-tasks', name);

describe('ratchet repo init and refresh-metadata', () => {
  it('make a repository and its index, in the words they have always used', async () => {
    const init = await ratchet(['repo', 'init', './my-repo', '--name=My Repository'], { cwd: folder });
    expect([init.code, init.stderr]).toEqual([0, '']);
    expect(init.stdout).toMatch(/^✅ Task repository initialized at: "\.\/my-repo"\n\nStructure:\n {2}\.ratchet\/registry\.yaml /);
    expect(init.stdout).toMatch(
      /\nNext steps:\n {2}ratchet generate task \.\/my-repo\/tasks\/my-task\n {2}ratchet repo refresh-metadata \.\/my-repo\n$/,
    );
    cpSync(sample('addition'), join(folder, 'my-repo/tasks/addition'), { recursive: true });
    const refresh = await ratchet(['repo', 'refresh-metadata', './my-repo'], { cwd: folder });
    expect(refresh).toMatchObject({ code: 0, stderr: '' });
    expect(refresh.stdout).toBe(
      '   ✅ addition\n\nTasks:       1\nCategories:  examples 1\nComplexity:  beginner 1\nCollections: 0\nTemplates:   0\nWrote .ratchet/index.json.\n',
    );
    const again = await ratchet(['repo', 'refresh-metadata'], { cwd: join(folder, 'my-repo') });
    expect(again.stdout).toMatch(/Nothing has changed in \.ratchet\/index\.json\.\n$/);
  });

  it('name what is broken, and end with exit code 3 unless it is to be left out', async () => {
    const root = join(folder, 'broken');
    await ratchet(['repo', 'init', root]);
    for (const name of ['addition', 'invalid']) cpSync(sample(name), join(root, 'tasks', name), { recursive: true });
    const refused = await ratchet(['repo', 'refresh-metadata', root]);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toMatch(/^ {3}✅ addition\n {3}❌ tasks\/invalid: .*metadata\.json:\d+/);
    expect(refused.stderr).toMatch(/Error: One thing in .* cannot be used \(tasks\/invalid\), so the index was not written\.\n.*--force/);
    expect(await ratchet(['repo', 'refresh-metadata', root, '--force', '--format', 'json'])).toMatchObject({ code: 0 });
    const json = JSON.parse((await ratchet(['repo', 'refresh-metadata', root, '--force', '--format', 'json'])).stdout);
    expect(json).toMatchObject({ isWritten: false, tasks: [{ name: 'addition' }], problems: [{ path: 'tasks/invalid' }] });
  });

  it('refuse a folder that is a repository already, or none', async () => {
    const root = join(folder, 'twice');
    await ratchet(['repo', 'init', root]);
    expect(await ratchet(['repo', 'init', root])).toMatchObject({ code: 2, stderr: expect.stringContaining('TASK_REPOSITORY_EXISTS') });
    expect(await ratchet(['repo', 'init', root, '--force', '--name', 'x'])).toMatchObject({ code: 0 });
    expect(await ratchet(['repo', 'refresh-metadata', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ratchet repo init'),
    });
    expect(await ratchet(['repo', 'init', join(folder, 'bad'), '--version', 'one'])).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });
});
