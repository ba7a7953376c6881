import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { internalError, settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createServer, httpSettings, type HttpServer } from '#surfaces/http/index.ts';
import { taskNotFound } from '#tasks/index.ts';
import type { Asking } from './asking.ts';
import { addressFilter } from './clients/address-filter.ts';
import { createGatekeeper } from './clients/gatekeeper.ts';
import { readClients } from './clients/known-clients.ts';
import { mcpRoutes } from './mcp-routes.ts';
import type { McpOffer, McpTool, ToolContext } from './offer.ts';
import { mcpSettings } from './settings.ts';
import type { McpAuditLine, McpParts } from './transport/mcp-parts.ts';

/** What a test sees of the tools it calls. */
export interface ToolWatch {
  /** Calls of `wait` that run now. */
  waiting: number;
  /** How those that ended did. */
  readonly endings: string[];
  /** Lets every call of `wait` end by itself. */
  release: () => void;
  /** Settles when so many calls of `wait` run. */
  readonly running: (count: number) => Promise<void>;
}

interface Tool {
  readonly name: string;
  readonly kind?: McpTool['kind'];
  readonly description?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly output?: McpTool['output'];
  readonly run: McpTool['run'];
}

export function toolFrom({ name, kind = 'monitor', description = name, input = {}, required = [], output, run }: Tool): McpTool {
  return {
    name,
    title: name,
    description,
    kind,
    input: { type: 'object', properties: input, ...(required.length > 0 ? { required } : {}) },
    output: output ?? { type: 'object' },
    hints: { readOnly: kind === 'monitor', destructive: false, idempotent: true, openWorld: false },
    run,
  };
}

/** Tools, resources and prompts made to see what transports do with them. */
export function createFixtureOffer(): {
  readonly offer: McpOffer;
  readonly watch: ToolWatch;
  readonly setTaskTools: (names: readonly string[]) => void;
} {
  let released = Promise.withResolvers<void>();
  let moved = Promise.withResolvers<void>();
  let taskToolNames: readonly string[] = [];
  const watch: ToolWatch = {
    waiting: 0,
    endings: [],
    release() {
      released.resolve();
      released = Promise.withResolvers<void>();
    },
    async running(count) {
      while (watch.waiting !== count) await moved.promise;
    },
  };
  const move = (by: number) => {
    watch.waiting += by;
    moved.resolve();
    moved = Promise.withResolvers<void>();
  };
  const wait = async (context: ToolContext): Promise<string> => {
    move(1);
    try {
      return await new Promise<string>((resolve, reject) => {
        void released.promise.then(() => resolve('released'));
        if (context.signal.aborted) reject(context.signal.reason as Error);
        context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true });
      }).then(
        (ending) => {
          watch.endings.push(ending);
          return ending;
        },
        (caught: unknown) => {
          watch.endings.push('aborted');
          throw caught;
        },
      );
    } finally {
      move(-1);
    }
  };
  const text = (said: string) => ({ structured: { said }, text: said });
  const tools: McpTool[] = [
    toolFrom({
      name: 'fixture_echo',
      input: { message: { type: 'string' } },
      required: ['message'],
      output: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      run: async (input) => ({ structured: { message: (input as { message: string }).message }, meta: { execution_id: 'e-1' } }),
    }),
    toolFrom({
      name: 'fixture_fail',
      kind: 'execute',
      output: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
      run: async () => {
        throw taskNotFound({ ref: 'nowhere' });
      },
    }),
    toolFrom({
      name: 'fixture_break',
      run: async () => {
        throw internalError({ what: 'keep postgres://root:hunter2@db/x a secret' }, new Error('the inside: secret.ts'));
      },
    }),
    toolFrom({ name: 'fixture_wait', kind: 'execute', run: async (_input, context) => text(await wait(context)) }),
    toolFrom({
      name: 'fixture_progress',
      kind: 'execute',
      run: async (_input, { progress }) => {
        for (const [at, share] of [0.25, 0.5, 0.5, 1].entries()) {
          // Far enough apart to arrive one by one: the first SDK forgets reports that come together with the answer.
          await setTimeout(10);
          progress({ progress: share, step: `step ${at}`, stepNumber: at, totalSteps: 4, executionId: 'e-1', taskId: 't-1' });
        }
        await setTimeout(10);
        return text('done');
      },
    }),
    toolFrom({
      name: 'fixture_confirm',
      kind: 'develop',
      run: async (_input, { confirm }) => {
        const first = await confirm('Remove it?');
        return text(first === 'yes' ? `${first}, ${await confirm('Really?')}` : first);
      },
    }),
    toolFrom({
      name: 'fixture_large',
      kind: 'logs',
      input: { bytes: { type: 'integer' } },
      run: async (input) => text('x'.repeat(Number((input as { bytes: unknown }).bytes))),
    }),
    toolFrom({
      name: 'fixture_limits',
      run: async (_input, { limits, maySee }) => ({ structured: { ...limits, seesSafe: maySee('safe-one'), seesOther: maySee('other') } }),
    }),
  ];
  const offer: McpOffer = {
    tools,
    taskTools: async () => taskToolNames.map((name) => toolFrom({ name, kind: 'execute', run: async () => text(name) })),
    resources: async (after) =>
      after === null
        ? {
            resources: [{ uri: 'fixture://one', name: 'one', title: 'One', description: 'The first', mimeType: 'text/plain' }],
            next: 'two',
          }
        : { resources: [{ uri: 'fixture://two', name: 'two', title: 'Two', description: 'The last', mimeType: 'text/plain' }], next: null },
    resourceTemplates: [
      {
        uriTemplate: 'fixture://things/{thing}',
        name: 'thing',
        title: 'A thing',
        description: 'One of the things',
        mimeType: 'application/json',
        complete: async (_variable, typed) => ['apple', 'apricot', 'plum'].filter((one) => one.startsWith(typed)),
      },
    ],
    read: async (uri) => (uri === 'fixture://one' ? [{ uri, mimeType: 'text/plain', text: 'the first' }] : null),
    prompts: [
      {
        name: 'greet',
        title: 'Greet',
        description: 'Greets somebody',
        arguments: [{ name: 'who', description: 'Who', required: true }],
        complete: async (_argument, typed) => ['Ada', 'Alan'].filter((one) => one.startsWith(typed)),
        messages: async ({ who }) => [{ role: 'user', text: `Say hello to ${who}.` }],
      },
    ],
    instructions: 'Call fixture_echo.',
  };
  return { offer, watch, setTaskTools: (names) => (taskToolNames = names) };
}

/** Nothing to ask: fixture tools lean on nothing. */
export const nothingToAsk: Asking = {
  call: async ({ name }) => {
    throw internalError({ what: `call ${name}` });
  },
  follow: ({ name }) => {
    throw internalError({ what: `follow ${name}` });
  },
};

export interface FixtureServer {
  readonly url: string;
  readonly http: HttpServer;
  readonly watch: ToolWatch;
  readonly audit: McpAuditLine[];
  readonly log: { readonly level: string; readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** How many listen for changes of tasks. */
  readonly listeners: () => number;
  readonly changeTasks: (names: readonly string[]) => void;
  readonly sessions: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface FixtureOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly offer?: McpOffer;
  readonly handOffAfterMs?: number;
}

/** The parts of MCP with the fixture offer, without a transport. */
export function createFixtureParts({ settings: values = {}, offer: given, handOffAfterMs }: FixtureOptions = {}) {
  const settings = settingsFrom(values);
  const { offer, watch, setTaskTools } = createFixtureOffer();
  const audit: McpAuditLine[] = [];
  const log: FixtureServer['log'] = [];
  const listeners = new Set<() => void>();
  const parts: McpParts = {
    offer: given ?? offer,
    askingFor: () => nothingToAsk,
    gatekeeper: createGatekeeper(settings, systemClock),
    settings: mcpSettings(settings),
    clock: systemClock,
    newId: randomUUID,
    version: '1.2.3',
    log: (level, message, fields) => void log.push({ level, message, fields }),
    audit: (line) => void audit.push(line),
    onTasksChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ...(handOffAfterMs === undefined ? {} : { handOffAfterMs }),
  };
  const changeTasks = (names: readonly string[]) => {
    setTaskTools(names);
    for (const listener of listeners) listener();
  };
  return { settings, parts, watch, audit, log, changeTasks, listeners: () => listeners.size };
}

/** A real HTTP server that speaks MCP with the fixture offer. */
export async function startFixture(options: FixtureOptions = {}): Promise<FixtureServer> {
  const { settings, parts, watch, audit, log, changeTasks, listeners } = createFixtureParts(options);
  const clients = readClients(settings, systemClock);
  const http = await createServer({
    settings: { ...httpSettings(settings), port: 0 },
    isAuthenticated: clients.areAuthenticated,
    insecure: false,
    ids: uuidSource(),
    clock: systemClock,
    logger: { log: (level, message, fields = {}) => void log.push({ level, message, fields }), isOn: () => true },
    routes: (app, routeParts) =>
      mcpRoutes(app, {
        ...routeParts,
        settings: mcpSettings(settings),
        clients,
        letIn: addressFilter(settings),
        corsOrigins: [],
        version: '1.2.3',
        parts: async () => parts,
      }),
  });
  return {
    url: http.url,
    http,
    watch,
    audit,
    log,
    listeners,
    changeTasks,
    sessions: async () => ((await (await fetch(`${http.url}/mcp/health`)).json()) as { sessions: number }).sessions,
    close: () => http.close({ graceMs: 0, urgentMs: 500 }),
  };
}
