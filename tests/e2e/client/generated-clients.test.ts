import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { build } from 'esbuild';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

const root = join(import.meta.dirname, '../../..');
let folder: string;
let server: RatchetServer;

beforeAll(async () => {
  // In the repository, so that packages are found from there.
  folder = mkdtempSync(join(root, 'node_modules', '.ratchet-generated-'));
  server = await startRatchet({ args: ['--sources', 'sample/js-tasks/addition', '--data-dir', join(folder, 'data')] });
});
afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Compiles a program as strictly as can be, runs it, and gives what it prints. @param program imports what was generated into the folder */
async function compiledAndRun(program: string): Promise<string> {
  writeFileSync(join(folder, 'use.ts'), program);
  const compilerOptions = {
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const checked = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  expect(checked.stdout).toBe('');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'use.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const ran = spawnSync(process.execPath, ['--input-type=module', '-'], { input: outputFiles[0]!.text, encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  return ran.stdout;
}

it('a client that a public generator makes of the OpenAPI document compiles and calls', { timeout: 60_000 }, async () => {
  verifies('client.generated');
  const document = join(folder, 'openapi.json');
  writeFileSync(document, await (await fetch(`${server.url}/api-docs/openapi.json`)).text());
  execFileSync(process.execPath, [join(import.meta.dirname, 'generate-openapi-client.ts'), document, join(folder, 'rest')], {
    stdio: 'pipe',
  });
  const printed = await compiledAndRun(`import { createClient } from './rest/client/index.js';
import { jobsEnqueue, jobsList, jobsShow } from './rest/sdk.gen.js';
const client = createClient({ baseUrl: '${server.url}' });
const { data: queued } = await jobsEnqueue({ client, body: { taskId: 'addition', input: { num1: 5, num2: 10 }, wait: '20s' }, throwOnError: true });
const { data: page } = await jobsList({ client, query: { status: 'COMPLETED', limit: 5 }, throwOnError: true });
const status: 'QUEUED' | 'PROCESSING' | 'RETRYING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' = queued.data.status;
const { error } = await jobsShow({ client, path: { id: '999' } });
console.log(status, JSON.stringify(queued.data.output), page.data.length, page.meta.pagination.total, error?.error.code);
// @ts-expect-error a job is of a task
export const wrong = () => jobsEnqueue({ client, body: {} });
`);
  expect(printed).toBe('COMPLETED {"sum":15} 1 1 JOB_NOT_FOUND\n');
});

it('types that a public generator makes of the GraphQL schema compile, and fit the answers', { timeout: 60_000 }, async () => {
  const question =
    'query Adding($name: String!) { tasks(filters: { name: $name }, limit: 5) { items { id name version } meta { total } } }';
  const text = await codegen({
    filename: 'graphql.ts',
    schema: parse(readFileSync(join(root, 'docs/reference/schema.graphql'), 'utf8')),
    documents: [{ location: 'adding.graphql', document: parse(question) }],
    config: { strictScalars: false, useTypeImports: true },
    plugins: [{ typescript: {} }, { operations: {} }],
    pluginMap: { typescript, operations },
  });
  writeFileSync(join(folder, 'graphql.ts'), text);
  const printed = await compiledAndRun(`import type { AddingQuery, AddingQueryVariables } from './graphql.js';
const variables: AddingQueryVariables = { name: 'addition' };
// @ts-expect-error the name is missing
export const wrong: AddingQueryVariables = {};
const response = await fetch('${server.url}/graphql', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: ${JSON.stringify(question)}, variables }),
});
const { data } = (await response.json()) as { data: AddingQuery };
console.log(data.tasks.meta.total, data.tasks.items.map(({ name, version }) => name + ' ' + version).join());
`);
  expect(printed).toBe('1 addition 1.0.0\n');
});
