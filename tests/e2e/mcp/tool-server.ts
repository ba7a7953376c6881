import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { agentSession, type AgentSession, type ToolResult } from './agent-session.ts';

/** A real server with two sample tasks behind an agent's session, and an HTTP server for its tasks to ask. */
export interface ToolServer {
  /** Holds `tasks`, its source, and `data`. */
  readonly folder: string;
  readonly stub: HttpStub;
  readonly session: AgentSession;
  readonly call: AgentSession['call'];
  /** Stores a task that takes and returns any object. */
  readonly create: (name: string, code: string, more?: Record<string, unknown>) => Promise<ToolResult>;
}

/** Started before the tests of the file and stopped after them; `sleeper` and what it was started with are there. */
export function toolServer(): ToolServer {
  const at = {} as { folder: string; stub: HttpStub; session: AgentSession };
  const call: ToolServer['call'] = (tool, input) => at.session.call(tool, input);
  const create: ToolServer['create'] = (name, code, more = {}) => {
    const anything = { type: 'object' };
    return call('ratchet_create_task', {
      name,
      description: `The task ${name}`,
      code,
      input_schema: anything,
      output_schema: anything,
      ...more,
    });
  };
  beforeAll(async () => {
    at.folder = mkdtempSync(join(tmpdir(), 'ratchet-tools-'));
    for (const task of ['addition', 'streaming-example'])
      cpSync(`sample/js-tasks/${task}`, join(at.folder, 'tasks', task), { recursive: true });
    at.stub = await startHttpStub({
      '/prices': (_request, response) => void response.setHeader('content-type', 'application/json').end('{"price": 3}'),
      '/private': (_request, response) => void response.writeHead(401, { 'content-type': 'application/json' }).end('{"reason": "no"}'),
    });
    at.session = await agentSession(
      ['--transport', 'stdio', '--data-dir', join(at.folder, 'data'), '--sources', join(at.folder, 'tasks')],
      {
        RATCHET_HTTP_ALLOWED_ADDRESSES: '127.0.0.1',
      },
    );
    await create('sleeper', sleeper);
  }, 60_000);
  afterAll(async () => {
    await at.session?.close();
    await at.stub?.close();
    rmSync(at.folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return at.folder;
    },
    get stub() {
      return at.stub;
    },
    get session() {
      return at.session;
    },
    call,
    create,
  };
}

const sleeper = `(async function ({ ms }) {
  for (let step = 1; step <= 4; step++) {
    reportProgress({ progress: step / 4, step: 'step-' + step, stepNumber: step, totalSteps: 4, message: 'step ' + step });
    await new Promise((resolve) => setTimeout(resolve, ms / 4));
  }
  return { waited: ms };
});`;

/** A task that is given a secret, logs it, sends it, and throws it when it is refused. */
export const asker = (path: string) => `(async function ({ api_key, url }) {
  console.log('asking with', api_key);
  const answer = await fetch(url + '${path}', { headers: { authorization: 'Bearer ' + api_key } });
  const body = await answer.json();
  if (!answer.ok) throw new Error('refused for ' + api_key + ': ' + JSON.stringify(body));
  return body;
});`;
