import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { launcher, repository, systemPath } from '#testing/checkout.ts';
import { createOffer } from '../../../src/surfaces/mcp/create-offer.ts';

export interface ToolResult {
  readonly structured: Record<string, unknown>;
  readonly text: string;
  readonly isError: boolean;
  readonly [meta: string]: unknown;
}

/** What an agent sees of `ratchet mcp-serve`: the official client over real pipes. */
export interface AgentSession {
  readonly client: Client;
  /** Calls a tool; a good answer is checked against the tool's schema in full. */
  readonly call: (tool: string, input?: Record<string, unknown>) => Promise<ToolResult>;
  /** Tools called so far, one entry for each call. */
  readonly calls: readonly string[];
  readonly close: () => Promise<void>;
}

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
const checks = new Map(createOffer().tools.map(({ name, full }) => [name, ajv.compile(full.output)]));

export interface Person {
  /** What the person behind the client says to a question. */
  readonly answer: (question: string) => 'accept' | 'decline';
}

/** @param person whom the client can ask; without one it says that it cannot */
export async function agentSession(args: readonly string[], env: Record<string, string> = {}, person?: Person): Promise<AgentSession> {
  const client = new Client(
    { name: 'scripted-agent', version: '1.0.0' },
    person === undefined ? {} : { capabilities: { elicitation: {} } },
  );
  if (person !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      const action = person.answer(params.message);
      return action === 'accept' ? { action, content: { confirm: true } } : { action };
    });
  }
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [launcher, 'mcp-serve', ...args],
      cwd: repository,
      env: { PATH: systemPath, HOME: process.env['HOME'] ?? '', RATCHET_HEARTBEAT_ENABLED: 'false', ...env },
      stderr: 'pipe',
    }),
  );
  const calls: string[] = [];
  return {
    client,
    calls,
    async call(tool, input = {}) {
      calls.push(tool);
      const result = await client.callTool({ name: tool, arguments: input });
      const [content] = result.content as { type: string; text: string }[];
      const structured = (result.structuredContent ?? {}) as Record<string, unknown>;
      if (result.isError !== true) {
        const check = checks.get(tool);
        if (check !== undefined && !check(structured))
          throw new Error(`${tool} answered out of its schema: ${ajv.errorsText(check.errors)}`);
      }
      return { ...result, structured, text: content?.text ?? '', isError: result.isError === true };
    },
    close: () => client.close(),
  };
}
