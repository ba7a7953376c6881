import { describe, expect, it } from 'vitest';
import { checkArrows, checkCycles, checkTargets } from './tidy/architecture.ts';
import { checkConsole, checkGenerators, checkLeftovers, checkLength, checkLockFile, checkNames, checkTestNames } from './tidy/habits.ts';
import { importsOf } from './tidy/imports.ts';
import { printed, treeOf } from './tidy/source-tree.ts';

const arrows = (files: Record<string, string>) => printed(checkArrows(treeOf(files)));

describe('imports', () => {
  it('are found whatever their form, with the line and the file they lead to', () => {
    const text = `import a from 'zod';\nimport type { B } from '#kernel/index.ts';\nexport * from './c.ts';\nconst d: B = await import('../e.ts');\n// import './f.ts'\n`;
    const found = importsOf({ path: 'src/x/y.ts', text });
    expect(found.map(({ target, specifier, kind, line }) => [target ?? specifier, kind, line])).toEqual([
      ['zod', 'static', 1],
      ['src/x/c.ts', 'static', 3],
      ['src/e.ts', 'dynamic', 4],
      ['src/kernel/index.ts', 'type', 2],
    ]);
  });
});

describe('arrows', () => {
  it('let a feature use the kernel and its own files', () => {
    expect(
      arrows({ 'src/tasks/load.ts': `import { a } from '#kernel/index.ts';\nimport './task.ts';\nimport { b } from '#engine/index.ts';` }),
    ).toEqual([]);
  });
  it('refuse a kernel that knows a feature, and say why', () => {
    expect(arrows({ 'src/kernel/a.ts': `import '../tasks/index.ts';` })).toEqual([
      expect.stringMatching(/^src\/kernel\/a\.ts:1 {2}imports src\/tasks\/index\.ts\. The kernel is what everything stands on/),
    ]);
  });
  it('refuse a feature entered by another way than its door', () => {
    expect(arrows({ 'src/executions/a.ts': `import { x } from '#tasks/code/parse.ts';` })).toEqual([
      expect.stringContaining('import #tasks/index.ts, and export there'),
    ]);
  });
  it('refuse a feature that knows a surface', () => {
    expect(arrows({ 'src/tasks/a.ts': `import type { X } from '#surfaces/cli/main.ts';` })).toHaveLength(1);
  });
  it('refuse a surface that knows another, or the engine', () => {
    expect(
      arrows({
        'src/surfaces/cli/a.ts': `import '../rest/server.ts';\nimport { createEngine } from '#engine/index.ts';\nimport './b.ts';`,
      }),
    ).toHaveLength(2);
  });
  it('keep the worker on its side of the pipe', () => {
    expect(
      arrows({
        'src/engine/worker/good.ts': `import { a } from '../protocol.ts';\nimport type { B } from '../realm/contract.ts';\nimport './pipe.ts';`,
        'src/engine/worker/bad.ts': `import { c } from '../limits.ts';\nimport { d } from '../realm/contract.ts';\nimport { e } from '#kernel/index.ts';`,
      }),
    ).toHaveLength(3);
  });
  it('keep the sandboxed code to itself', () => {
    expect(arrows({ 'src/engine/realm/a.ts': `import type { X } from '../protocol.ts';\nimport './contract.ts';` })).toHaveLength(1);
  });
  it('keep test aids out of the program, and let tests use them', () => {
    const text = `import { stub } from '#testing/http-stub.ts';`;
    expect(arrows({ 'src/tasks/a.ts': text, 'src/tasks/a.test.ts': text })).toEqual([expect.stringContaining('src/tasks/a.ts:1')]);
  });
  it('ask for a row when a part is new', () => {
    expect(arrows({ 'src/novelty/a.ts': `import '#tasks/index.ts';` })).toEqual([expect.stringContaining('add a row')]);
  });
});

describe('targets and cycles', () => {
  it('find an import that leads nowhere', () => {
    expect(printed(checkTargets(treeOf({ 'src/a/b.ts': `import './gone.ts';` })))).toEqual([expect.stringContaining('./gone.ts')]);
  });
  it('find a cycle and name its way', () => {
    const files = { 'src/a.ts': `import './b.ts';`, 'src/b.ts': `import './c.ts';`, 'src/c.ts': `import './a.ts';` };
    expect(printed(checkCycles(treeOf(files)))).toEqual([expect.stringContaining('src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts')]);
  });
  it('do not mind types and imports on demand', () => {
    const files = { 'src/a.ts': `import type { B } from './b.ts';`, 'src/b.ts': `import './a.ts';`, 'src/c.ts': `await import('./c.ts');` };
    expect(checkCycles(treeOf(files))).toEqual([]);
  });
});

describe('habits', () => {
  it('refuse drawers and capitals in names', () => {
    const tree = treeOf({
      'src/a/utils.ts': '',
      'src/a/http-helpers.ts': '',
      'src/common/a.ts': '',
      'src/a/MyThing.ts': '',
      'src/a/my-thing.test.ts': '',
      'src/a/shared-memory.ts': '',
    });
    expect(printed(checkNames(tree))).toHaveLength(4);
  });
  it('refuse a long file, but not a long generated one', () => {
    const long = 'x\n'.repeat(401);
    expect(printed(checkLength(treeOf({ 'src/a.ts': long, 'src/b.generated.ts': long, 'src/c.ts': 'x\n'.repeat(400) })))).toEqual([
      expect.stringContaining('src/a.ts  has 401 lines'),
    ]);
  });
  it('find what was left behind, with its line', () => {
    const tree = treeOf({
      'src/a.ts': '\n// TODO: later',
      'src/b.test.ts': "it.only('x')",
      'docs/e.md': 'see /home/someone/ratchet',
      'README.md': 'not implemented',
      'src/f.ts': 'http://npm-proxy.example',
    });
    expect(printed(checkLeftovers(tree)).map((line) => line.split('  ')[0])).toEqual([
      'src/a.ts:2',
      'src/b.test.ts:1',
      'docs/e.md:1',
      'README.md:1',
      'src/f.ts:1',
    ]);
  });
  it('refuse printing outside the command line, but not the mention of it', () => {
    const tree = treeOf({
      'src/a.ts': `const text = "console.log(1)";\nconsole.log(text);`,
      'src/surfaces/cli/b.ts': `console.log(1)`,
      'src/c.test.ts': `console.log(1)`,
    });
    expect(printed(checkConsole(tree)).map((line) => line.split('  ')[0])).toEqual(['src/a.ts:2']);
  });
  it('refuse a lock file that names a registry', () => {
    const lock = (entry: string) => checkLockFile(treeOf({ 'package-lock.json': `{ "version": "4.0.0"${entry} }` }));
    expect(lock('')).toEqual([]);
    expect(lock(', "resolved": "https://packages.example/zod/-/zod-4.tgz"')).toHaveLength(1);
  });
  it('ask every generated file for its generator', () => {
    const tree = treeOf({
      'scripts/make.ts': '',
      'src/a.generated.ts': '// Generated by scripts/make.ts\n',
      'src/b.generated.ts': '// Generated\n',
      'src/c.generated.ts': '// Generated by scripts/gone.ts\n',
    });
    expect(printed(checkGenerators(tree)).map((line) => line.split('  ')[0])).toEqual(['src/b.generated.ts', 'src/c.generated.ts']);
  });
  it('refuse two test files of one name', () => {
    expect(printed(checkTestNames(treeOf({ 'src/a/x.test.ts': '', 'src/b/x.test.ts': '', 'src/b/y.test.ts': '' })))).toHaveLength(1);
  });
});
