import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import { agentSession, type AgentSession } from './agent-session.ts';

let folder: string;
let first: AgentSession;
let second: AgentSession;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-agent-'));
  const open = (name: string) => agentSession(['--transport', 'stdio', '--data-dir', join(folder, name)]);
  [first, second] = await Promise.all([open('first'), open('second')]);
}, 60_000);
afterAll(async () => {
  await Promise.all([first, second].map((session) => session?.close()));
  rmSync(folder, { recursive: true, force: true });
});

const code = (body: string) => `(function ({ items, rate }) {\n${body}\n});\n`;
const good = code(
  '  const net = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);\n  return { net, gross: Math.round(net * (1 + rate) * 100) / 100 };',
);
const broken = code(
  '  const net = items.reduce((sum, item) => sum + item.price.amount * item.quantity, 0);\n  return { net, gross: net * (1 + rate.value) };',
);
const order = { items: [{ price: 10, quantity: 2 }], rate: 0.19 };
const test = { name: 'adds tax', input: order, expected_output: { net: 20, gross: 23.8 } };

it('builds, breaks, repairs, versions and moves a task as an agent does, in few calls', async () => {
  verifies('mcp.agent');
  // From nothing to a tested task that has run: three calls.
  const found = await first.call('ratchet_search_tasks', { query: 'sum an order with tax' });
  expect(found.structured).toMatchObject({ tasks: [], total_found: 0 });
  const made = await first.call('ratchet_create_task', {
    name: 'order-total',
    description: 'Sums an order with tax',
    code: good,
    input_schema: { type: 'object', properties: { items: { type: 'array' }, rate: {} }, required: ['items', 'rate'] },
    output_schema: {
      type: 'object',
      properties: { net: { type: ['number', 'null'] }, gross: { type: ['number', 'null'] } },
      required: ['net', 'gross'],
    },
    test_cases: [test],
    metadata: { network: [] },
  });
  expect(made.structured).toMatchObject({
    name: 'order-total',
    version: '0.1.0',
    test_results: { total: 1, passed: 1, failed: 0 },
    network_growth: [],
  });
  const ran = await first.call('ratchet_execute_task', { task_id: 'order-total', input: order });
  expect(ran.structured).toMatchObject({ status: 'completed', output: { net: 20, gross: 23.8 } });
  expect(JSON.parse(ran.text)).toEqual({ net: 20, gross: 23.8 });
  expect(first.calls.length).toBeLessThanOrEqual(8);

  // A change that fails its tests is refused, and is stored only when the agent insists.
  const refused = await first.call('ratchet_edit_task', { task_id: 'order-total', code: broken });
  expect(refused).toMatchObject({ isError: true, structured: { error: { code: 'TASK_TESTS_FAILED' } } });
  const insisted = await first.call('ratchet_edit_task', { task_id: 'order-total', code: broken, validate_changes: false });
  expect(insisted.structured).toMatchObject({ success: true, version: '0.1.1', backup_version: '0.1.0' });

  const failed = await first.call('ratchet_execute_task', { task_id: 'order-total', input: { items: [{ quantity: 2 }], rate: 0.19 } });
  expect(failed.isError).toBe(true);
  expect(failed.text).toContain('Task execution failed: TASK_FAILED');
  const id = failed.structured['execution_id'] as string;
  const analysed = await first.call('ratchet_analyze_execution_error', { execution_id: id });
  expect(analysed.structured).toMatchObject({ execution_id: id, analysis: { error_message: expect.stringContaining('amount') } });
  expect(JSON.stringify(analysed.structured['context'])).toContain('item.price.amount');
  expect((analysed.structured['next_steps'] as string[]).length).toBeGreaterThan(0);

  const repaired = await first.call('ratchet_edit_task', {
    task_id: 'order-total',
    code: good.replace('price * quantity', '(price ?? 0) * quantity'),
    test_cases: [
      test,
      { name: 'takes what has no price for free', input: { items: [{ quantity: 2 }], rate: 0 }, expected_output: { net: 0, gross: 0 } },
    ],
  });
  expect(repaired.structured).toMatchObject({ version: '0.1.2' });
  const again = await first.call('ratchet_execute_task', { task_id: 'order-total', input: { items: [{ quantity: 2 }], rate: 0.19 } });
  expect(again.structured).toMatchObject({ status: 'completed', output: { net: 0, gross: 0 }, version: '0.1.2' });

  const versioned = await first.call('ratchet_create_task_version', {
    task_id: 'order-total',
    new_version: '1.0.0',
    description: 'Ready for others',
  });
  expect(versioned.structured).toMatchObject({ version_created: '1.0.0', version_info: { previous_version: '0.1.2' } });

  // The answer of an export goes to another server as it is.
  const exported = await first.call('ratchet_export_tasks', { task_id: 'order-total' });
  const imported = await second.call('ratchet_import_tasks', { data: exported.structured });
  expect(imported.structured).toMatchObject({
    imported_count: 1,
    error_count: 0,
    imported_tasks: [{ name: 'order-total', version: '1.0.0' }],
  });
  const moved = await second.call('ratchet_execute_task', { task_id: 'order-total', input: order });
  expect(moved.structured).toMatchObject({ status: 'completed', output: { net: 20, gross: 23.8 }, version: '1.0.0' });
  expect(second.calls).toHaveLength(2);
}, 60_000);
