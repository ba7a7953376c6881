import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOffer } from '../../../src/surfaces/mcp/create-offer.ts';
import { guideWalkthrough } from '../../../src/surfaces/mcp/tools/documentation/guide-walkthrough.ts';
import { integrationGuide } from '../../../src/surfaces/mcp/tools/documentation/integration-guide.ts';
import { agentSession } from './agent-session.ts';
import { toolServer } from './tool-server.ts';

const server = toolServer();
const { call, create } = server;

describe('tools that develop tasks', () => {
  it('find tasks by words, and list them by name and tag', async () => {
    const { structured } = await call('ratchet_search_tasks', { query: 'add two numbers' });
    expect(structured).toMatchObject({ tasks: [{ name: 'addition', input_schema: { properties: { num1: {} } } }] });
    const listed = await call('ratchet_list_available_tasks', { filter: 'addi', include_schemas: true });
    expect(listed.structured).toMatchObject({
      tasks: [{ name: 'addition', output_schema: { type: 'object' } }],
      filters: { name_filter: 'addi' },
    });
    await create('tagged', '(() => ({}))', { tags: ['Billing'] });
    expect((await call('ratchet_list_available_tasks', { category: 'billing' })).structured).toMatchObject({
      tasks: [{ name: 'tagged' }],
      pagination: { total_count: 1 },
    });
  });

  it('check drafts without storing them, and run tests with their failures told', async () => {
    const bad = await call('ratchet_validate_task', { task_id: 'sleeper', code: '(function ( { return 1 })' });
    expect(bad.structured).toMatchObject({ valid: false, validation_results: [{ type: 'syntax', status: 'failed' }, {}, {}, {}, {}] });
    expect((await call('ratchet_validate_task', { task_id: 'addition' })).structured).toMatchObject({
      valid: true,
      test_results: { failed: 0 },
    });
    const draft = await call('ratchet_validate_task', { task_id: 'addition', code: '(({ num1, num2 }) => ({ sum: num1 - num2 }))' });
    expect(draft.structured).toMatchObject({ valid: false, test_results: { failed: expect.any(Number) } });
    const tests = await call('ratchet_run_task_tests', { task_id: 'addition' });
    expect(tests.structured).toMatchObject({ all_passed: true, success_rate: 100, total_tests: 3, tests: [{ status: 'passed' }, {}, {}] });
  });

  it('look into a run at a line', async () => {
    await create('stopper', '(function ({ n }) {\n  const doubled = n * 2;\n  return { doubled };\n});\n');
    const { structured } = await call('ratchet_debug_task_execution', { task_id: 'stopper', input: { n: 21 }, breakpoints: [3] });
    expect(structured).toMatchObject({
      status: 'completed',
      execution_result: { result: { doubled: 42 }, debug_trace: [{ place: expect.stringContaining('main.js:3') }] },
    });
    expect(JSON.stringify(structured)).toContain('"doubled":42}');
    expect(JSON.stringify(structured)).toContain('"n":21');
  });

  it('keep versions, compare them and go back', async () => {
    await call('ratchet_edit_task', {
      task_id: 'stopper',
      code: '(({ n }) => ({ doubled: n + n }))',
      metadata: { network: ['api.example.com'] },
    });
    const { structured: version } = await call('ratchet_create_task_version', {
      task_id: 'stopper',
      new_version: '2.0.0',
      description: 'triples',
      code: '(({ n }) => ({ doubled: n * 3 }))',
      make_active: false,
    });
    expect(version).toMatchObject({
      version_info: { is_active: false },
      changes_summary: { files_changed: expect.arrayContaining(['main.js']) },
    });
    const compared = await call('ratchet_manage_versions', { task_id: 'stopper', action: 'compare', from: '0.1.1', version: '2.0.0' });
    expect(JSON.stringify(compared.structured['comparison'])).toContain('+(({ n }) => ({ doubled: n * 3 }))');
    const back = await call('ratchet_manage_versions', { task_id: 'stopper', action: 'rollback', version: '0.1.0' });
    expect(back.structured).toMatchObject({ current_version: '0.1.0' });
    expect((await call('ratchet_manage_versions', { task_id: 'stopper', action: 'list' })).structured['versions']).toHaveLength(3);
  });

  it('say what a version may reach that the one before could not', async () => {
    await create('closed', '(() => ({}))', { metadata: { network: [] } });
    const { structured } = await call('ratchet_edit_task', { task_id: 'closed', metadata: { network: ['api.example.com'] } });
    expect(structured).toMatchObject({ network_growth: ['api.example.com'], needs_approval: false });
  });

  it('export and import in every format', async () => {
    for (const format of ['json', 'zip', 'individual']) {
      const { structured } = await call('ratchet_export_tasks', { task_id: 'stopper', format, options: { include_versions: true } });
      expect(structured).toMatchObject({ exported_count: 1, left_out: [] });
      const imported = await call('ratchet_import_tasks', {
        data: structured,
        format: format === 'json' ? 'json' : 'zip',
        options: { name_prefix: `${format}-` },
      });
      expect(imported.structured).toMatchObject({ imported_count: 1, imported_tasks: [{ name: `${format}-stopper` }] });
    }
  });

  it('delete a task only when somebody agreed', async () => {
    expect(await call('ratchet_delete_task', { task_id: 'tagged' })).toMatchObject({
      isError: true,
      structured: { error: { code: 'MCP_CONFIRMATION_NEEDED' } },
    });
    const gone = await call('ratchet_delete_task', { task_id: 'tagged', force: true });
    expect(gone.structured).toMatchObject({ success: true, backup_created: true, backup_path: expect.stringContaining('tagged') });
    expect(await call('ratchet_execute_task', { task_id: 'tagged', input: {} })).toMatchObject({
      isError: true,
      structured: { error: { code: 'TASK_NOT_FOUND' } },
    });
  });

  it('start from a template, with tests that pass', async () => {
    const { structured } = await call('ratchet_list_templates');
    const { templates } = structured as { templates: { name: string; required_parameters: string[] }[] };
    expect(templates.map(({ name }) => name)).toEqual(expect.arrayContaining(['http_api_call', 'validation', 'scheduled_job']));
    const { structured: draft } = await call('ratchet_generate_from_template', {
      template: 'validation',
      name: 'check-order',
      parameters: {},
    });
    expect(draft).toMatchObject({ template_used: 'validation', task_id: null });
    const fields = ['name', 'description', 'code', 'input_schema', 'output_schema', 'test_cases'];
    const made = await call('ratchet_create_task', Object.fromEntries(fields.map((field) => [field, draft[field]])));
    expect(made.structured).toMatchObject({ name: 'check-order', test_results: { failed: 0 } });
    const stored = await call('ratchet_generate_from_template', {
      template: 'validation',
      name: 'check-other',
      parameters: {},
      store: true,
    });
    expect(stored.structured['task_id']).toMatch(/^[0-9a-f-]{36}$/);
    const { contents } = await server.session.client.readResource({ uri: 'ratchet://templates/validation' });
    expect((contents[0] as { text: string }).text).toContain('"code"');
  });

  it('say what is wrong with arguments, and what was meant', async () => {
    const { isError, text } = await call('ratchet_execute_task', { task: 'addition', input: {} });
    expect(isError).toBe(true);
    expect(text).toContain('did you mean task_id?');
  });

  it('teach with examples that work', async () => {
    const pages = [];
    for (const page of ['endpoint_reference', 'integration_guide', 'guide_walkthrough'])
      pages.push((await call(`ratchet_get_developer_${page}`)).text);
    expect(pages[0]).toContain('`network`');
    for (const page of [integrationGuide, guideWalkthrough]) {
      const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as { name: string; test_cases: unknown[] };
      const made = await call('ratchet_create_task', example);
      expect(made.structured).toMatchObject({ name: example.name, test_results: { total: example.test_cases.length, failed: 0 } });
    }
    const named = new Set([...pages.join().matchAll(/ratchet_[a-z_]+/g)].map(([name]) => name));
    const known = createOffer().tools.map(({ name }) => name);
    // A field of the metadata, and no tool.
    named.delete('ratchet_version');
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('a client that can ask the person behind it', () => {
  it('has to ask before a task is deleted, whatever the model says', async () => {
    const questions: string[] = [];
    let says: 'accept' | 'decline' = 'decline';
    const asking = await agentSession(
      ['--transport', 'stdio', '--database-url', 'sqlite::memory:', '--data-dir', join(server.folder, 'asking')],
      {},
      {
        answer(question) {
          questions.push(question);
          return says;
        },
      },
    );
    try {
      await asking.call('ratchet_generate_from_template', { template: 'validation', name: 'goes', parameters: {}, store: true });
      const declined = await asking.call('ratchet_delete_task', { task_id: 'goes', force: true });
      expect(declined).toMatchObject({ isError: true, structured: { error: { code: 'MCP_CONFIRMATION_DECLINED' } } });
      expect((await asking.call('ratchet_search_tasks', { query: 'goes' })).structured['total_found']).toBe(1);
      says = 'accept';
      expect((await asking.call('ratchet_delete_task', { task_id: 'goes' })).structured).toMatchObject({ success: true });
      expect((await asking.call('ratchet_search_tasks', { query: 'goes' })).structured['total_found']).toBe(0);
      expect(questions).toEqual(Array(2).fill(expect.stringContaining('delete the task goes')));
    } finally {
      await asking.close();
    }
  });
});

describe('sources of tasks', () => {
  it('are synced, and what is new is found', async () => {
    cpSync('sample/js-tasks/dummy-task', join(server.folder, 'tasks/dummy-task'), { recursive: true });
    const { structured } = await call('ratchet_sync_registry');
    expect(structured).toMatchObject({ total_sources: 1, sync_results: [{ status: 'synced', task_count: 3 }] });
    expect((await call('ratchet_registry_health')).structured).toMatchObject({
      overall_status: 'healthy',
      total_tasks: 3,
      registry_health: [{ status: 'healthy' }],
    });
    const found = await call('ratchet_discover_tasks', { path: join(server.folder, 'tasks') });
    expect(found.structured).toMatchObject({ total_found: 3 });
    expect(found.structured['discovered_tasks']).toContainEqual(
      expect.objectContaining({ name: 'dummy-task', type: 'directory', has_main_js: true }),
    );
    expect(await call('ratchet_discover_tasks', { path: '/etc' })).toMatchObject({ isError: true });
  });
});

describe('tasks that ask to be tools of their own', () => {
  it('are listed with their schemas, run, and leave the list with the task', async () => {
    await create('greet', '(({ name }) => ({ greeting: `Hello, ${name}` }))', {
      input_schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      output_schema: { type: 'object', properties: { greeting: { type: 'string' } }, required: ['greeting'] },
      metadata: { mcp: { tool: true }, network: [] },
    });
    const find = async () => (await server.session.client.listTools()).tools.find(({ name }) => name === 'greet');
    expect(await find()).toMatchObject({ inputSchema: { required: ['name'] }, annotations: { openWorldHint: false } });
    expect((await call('greet', { name: 'Ada' })).structured).toEqual({ greeting: 'Hello, Ada' });
    expect(await call('greet', {})).toMatchObject({ isError: true });
    await call('ratchet_edit_task', { task_id: 'greet', metadata: { mcp: { tool: false } } });
    expect(await find()).toBeUndefined();
  });
});
