import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOffer } from '../../../src/surfaces/mcp/create-offer.ts';
import { estimatedTokens } from '../../../src/surfaces/mcp/tools/tool-list-cost.ts';
import { verifies } from '../../requirements/verifies.ts';
import { asker, toolServer } from './tool-server.ts';

const server = toolServer();
const { call, create } = server;

describe('the list of tools', () => {
  it('costs a client at most 6,000 tokens, with descriptions and schemas', async () => {
    verifies('mcp.small-tool-list');
    const { tools } = await server.session.client.listTools();
    expect(tools.length).toBe(createOffer().tools.length);
    expect(estimatedTokens(JSON.stringify({ tools }))).toBeLessThanOrEqual(6_000);
  });

  it('says of every tool what it does, takes and answers', async () => {
    const { tools } = await server.session.client.listTools();
    for (const { name, title, description, inputSchema, outputSchema } of tools) {
      expect(name).toMatch(/^ratchet_[a-z_]+$/);
      expect(title!.length).toBeGreaterThan(3);
      expect(description!.length).toBeGreaterThan(20);
      expect(inputSchema.type).toBe('object');
      expect(Object.keys(outputSchema?.properties ?? {}).length).toBeGreaterThan(0);
      // Whoever is required is described, and arguments are in snake case.
      for (const argument of inputSchema.required ?? []) expect(Object.keys(inputSchema.properties ?? {})).toContain(argument);
      expect(Object.keys(inputSchema.properties ?? {}).filter((argument) => !/^[a-z][a-z_]*$/.test(argument))).toEqual([]);
    }
  });
});

describe('resources and prompts', () => {
  it('are listed in pages, read and completed', async () => {
    await create('refused', asker('/private'));
    await call('ratchet_execute_task', { task_id: 'refused', input: { api_key: 'sk-4f9a0c7be2d84d11', url: server.stub.url } });
    const { client } = server.session;
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('ratchet://tasks/addition/code');
    const read = async (uri: string) => ((await client.readResource({ uri })).contents[0] as { text: string }).text;
    expect(await read('ratchet://tasks/addition/code')).toContain('num1');
    expect(JSON.parse(await read('ratchet://tasks/addition@1.0.0/schemas'))).toHaveProperty('input_schema');
    expect(Object.keys(JSON.parse(await read('ratchet://tasks/addition/tests')) as object)).toHaveLength(3);
    expect(JSON.parse(await read('ratchet://tasks/addition/metadata'))).toHaveProperty('version', '1.0.0');
    expect(JSON.parse(await read('ratchet://tasks/sleeper/versions'))).toHaveProperty('versions');
    const complete = async (
      ref: { type: 'ref/resource'; uri: string } | { type: 'ref/prompt'; name: string },
      name: string,
      value: string,
    ) => (await client.complete({ ref, argument: { name, value } })).completion.values;
    expect(await complete({ type: 'ref/resource', uri: 'ratchet://tasks/{task}/code' }, 'task', 'addi')).toEqual(['addition']);
    const [failed] = await complete({ type: 'ref/prompt', name: 'explain_failure' }, 'execution', '');
    expect(await read(`ratchet://executions/${failed}/report`)).toContain('# Error Analysis Report');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ratchet://tasks/../x/code', 'ratchet://tasks/nobody/code'])(
    'refuse %s',
    async (uri) => {
      await expect(server.session.client.readResource({ uri })).rejects.toThrow(uri.slice(0, 20));
    },
  );

  it('embed the failure and the files of the task it is about', async () => {
    const { messages } = await server.session.client.getPrompt({ name: 'fix_task', arguments: { task: 'refused' } });
    const text = JSON.stringify(messages);
    expect(text).toContain('main.js');
    expect(text).toContain('# Error Analysis Report');
    const { messages: written } = await server.session.client.getPrompt({ name: 'write_task', arguments: { purpose: 'add numbers' } });
    expect(JSON.stringify(written)).toContain('ratchet_create_task');
  });
});

it('every tool is called by a test of this folder, which checks its answer against its schema', () => {
  const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const text = tests.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
  const called = new Set(
    [...text.matchAll(/call\(\s*'(ratchet_[a-z_]+)'|\['(ratchet_[a-z_]+)', \{|call\(`ratchet_get_developer_/g)].map(
      ([, name, listed]) => name ?? listed,
    ),
  );
  const names = createOffer().tools.map(({ name }) => name);
  expect(names.filter((name) => !called.has(name) && !name.startsWith('ratchet_get_developer_'))).toEqual([]);
});
