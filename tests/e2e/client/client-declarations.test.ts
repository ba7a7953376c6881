import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverOperations, serverStreams } from '../../../src/app/server/server-operations.ts';

const root = join(import.meta.dirname, '../../..');
const declared = readFileSync(join(root, 'src/surfaces/client/ratchet-client.generated.ts'), 'utf8');

let folder: string;
beforeAll(() => {
  // In the repository, so that packages are found from there.
  folder = mkdtempSync(join(root, 'node_modules', '.ratchet-declared-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of a program that the compiler refuses. */
function refused(program: string): string[] {
  writeFileSync(join(folder, 'check.ts'), program);
  const compilerOptions = { rootDir: root, noUnusedLocals: false };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: ['check.ts'] }),
  );
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  const lines = program.split('\n');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => lines[Number(/^\S+?\((\d+),/.exec(line)?.[1]) - 1] ?? line);
}

const head = `import type { z } from 'zod';
import type { serverOperations, serverStreams } from '../../src/app/server/server-operations.ts';
import type { ErrorKind } from '../../src/kernel/index.ts';
import type { ErrorData, RatchetClient } from '../../src/surfaces/client/index.ts';
type All = (typeof serverOperations)[number] | (typeof serverStreams)[number];
type Named<Name> = Extract<All, { readonly name: Name }>;
type Output<Name> = Named<Name> extends { output: infer Schema extends z.ZodType } ? z.output<Schema> : never;
type Data<Name> = Named<Name> extends { data: infer Schema extends z.ZodType } ? z.output<Schema> : never;
type Input<Name> = Named<Name> extends { input: infer Schema extends z.ZodType } ? z.input<Schema> : never;
type Carried<Kind> = Kind extends ErrorKind<infer Carries> ? Carries : never;
type Given<Method extends (...given: never) => unknown> = NonNullable<Parameters<Method>[0]>;
type Came<Method> = Method extends (...given: never) => AsyncGenerator<{ data: infer One }> ? One : never;
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
type Fits<One, Other> = [One] extends [Other] ? true : false;
const say = <Said extends true>(_where: string): Said | undefined => undefined;
`;

const served = [...serverOperations, ...serverStreams].filter(({ on }) => on.rest !== undefined);
const isList = (one: (typeof served)[number]) => one.input.meta()?.['listing'] !== undefined;
const methodOf = (name: string) => `RatchetClient['${name.replace('.', "']['")}']`;

it('what the client says it gives and takes is what the operations give and take', { timeout: 60_000 }, () => {
  const lines = served.flatMap((one) => [
    'isStream' in one
      ? `say<Fits<Came<${methodOf(one.name)}>, Data<'${one.name}'>>>('${one.name}');`
      : `say<Fits<Awaited<ReturnType<${methodOf(one.name)}>>, Output<'${one.name}'>>>('${one.name}');`,
    // Filters are said more strictly than by their schemas, which take them as they come over HTTP.
    isList(one) ? '' : `say<Fits<Input<'${one.name}'>, Given<${methodOf(one.name)}>>>('${one.name} input');`,
  ]);
  expect(lines.length).toBeGreaterThan(100);
  expect(refused(`${head}${lines.join('\n')}`)).toEqual([]);
  // The compiler does look at them.
  expect(refused(`${head}say<Same<Output<'jobs.show'>, Output<'jobs.why'>>>('wrong');`)).toHaveLength(1);
});

it('what the client says an error carries is what it carries', { timeout: 60_000 }, () => {
  const codes = new Set([...declared.matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(([, code]) => code!));
  const lines = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|-harness\.ts$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join(root, 'src', path), 'utf8').matchAll(/export const (\w+) = defineError<.+?>\(\s*'([A-Z0-9_]+)'/gs)]
        .filter(([, , code]) => codes.has(code!))
        .map(([, name, code]) => `say<Fits<ErrorData['${code}'], Carried<typeof import('../../src/${path}').${name}>>>('${code}');`),
    );
  expect(lines.length).toBe(codes.size);
  expect(refused(`${head}${lines.join('\n')}`)).toEqual([]);
});
