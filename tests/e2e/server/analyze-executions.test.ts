import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-analyze-'));
let server: RatchetServer;

beforeAll(async () => {
  const task = join(folder, 'tasks', 'orders');
  mkdirSync(task, { recursive: true });
  writeFileSync(
    join(task, 'metadata.json'),
    JSON.stringify({ uuid: '5d3f0c9e-6a55-4d8f-9a0c-0d6c2f0f3b11', version: '1.0.0', label: 'Orders' }),
  );
  writeFileSync(
    join(task, 'main.ts'),
    `type Order = { items: number[] };\n\nexport default function main(input: { password: string; order: Order }): number {\n  console.log('with', input.password);\n  return input.order.items.length;\n}\n`,
  );
  server = await startRatchet({ args: ['--sources', join(folder, 'tasks'), '--data-dir', join(folder, 'data')], patienceMs: 60_000 });
}, 70_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function asked(method: string, path: string, body?: unknown): Promise<{ status: number; data: Record<string, unknown> }> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { data } = (await response.json()) as { data: Record<string, unknown> };
  return { status: response.status, data };
}

describe('the report of a failed execution', () => {
  it('is one, over REST, over GraphQL and on the command line', { timeout: 120_000 }, async () => {
    const run = await asked('POST', '/api/v1/tasks/orders/execute', { input: { password: 'hunter2-hunter2' } });
    const id = String(run.data['id']);
    const { status, data } = await asked('GET', `/api/v1/executions/${id}/analysis?max_tokens=4000`);
    expect(status).toBe(200);
    expect(data).toMatchObject({
      executionId: id,
      analysis: { errorType: 'javascript_error' },
      report: {
        codeContext: { file: 'main.ts', line: 5 },
        matchedPatterns: [{ patternId: 'null_access' }],
        relatedLogs: [{ message: 'with __secret_password__' }],
      },
    });
    expect(JSON.stringify(data)).not.toContain('hunter2');

    const query = `{ executionAnalysis(id: "${id}", maxTokens: 4000) { analysis { errorType rootCause } report { codeContext { file line } matchedPatterns { patternId } } } }`;
    const { executionAnalysis } = (await asked('POST', '/graphql', { query })).data as { executionAnalysis: unknown };
    const { analysis } = data as { analysis: { errorType: string; rootCause: string } };
    expect(executionAnalysis).toEqual({
      analysis: { errorType: analysis.errorType, rootCause: analysis.rootCause },
      report: { codeContext: { file: 'main.ts', line: 5 }, matchedPatterns: [{ patternId: 'null_access' }] },
    });

    const shown = await ratchet(['analyze', id, '--server', server.url]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('# Error Analysis Report');
    expect(shown.stdout).toContain('> 5 |   return input.order.items.length;');
    expect(shown.stdout).not.toContain('hunter2');
  });
});
