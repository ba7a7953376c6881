import {
  defineError,
  isoTime,
  listInput,
  listOutput,
  localCaller,
  operation,
  settingsFrom,
  stream,
  systemClock,
  Timestamp,
  uuidSource,
  type Caller,
  type ListRequest,
  type StreamEvent,
} from '#kernel/index.ts';
import { createServer, httpSettings, rootRoutes, type HttpServer } from '#surfaces/http/index.ts';
import { z } from 'zod';
import { docsRoutes } from './docs-routes.ts';
import type { IdempotencyStore, KeptAnswer } from './idempotency.ts';
import { openApiDocument } from './openapi.ts';
import type { RestOptions } from './routes.ts';
import { restRoutes } from './routes.ts';

/** A small product of its own, with every kind of operation there is: for tests of this surface. */
export const Note = z
  .object({ id: z.string(), title: z.string(), priority: z.enum(['LOW', 'HIGH']), tags: z.array(z.string()), createdAt: Timestamp })
  .meta({ id: 'Note' });
type Note = z.infer<typeof Note>;

const noteNotFound = defineError<{ id: string }>('NOTE_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ id }) => `There is no note ${JSON.stringify(id)}.`,
  hint: () => 'List them.',
  about: 'There is no such note.',
});
const notesFull = defineError<{ retryAfterSeconds: number }>('NOTES_FULL', {
  http: 507,
  exit: 'busy',
  message: () => 'No more notes fit into /var/lib/notes/secret.db at postgres://root:hunter2@db.internal/notes.',
  hint: () => 'Remove some.',
  about: 'The notebook is full.',
});

export interface Notes {
  readonly all: Map<string, Note>;
  /** What list operations were asked. */
  readonly asked: ListRequest[];
  calls: number;
  /** Settles what `notes.wait` waits for. */
  release: PromiseWithResolvers<void>;
  /** Called when a wait begins, and when it was told to stop. */
  onWait: () => void;
  onAbort: () => void;
  follow: (after: string | null, signal: AbortSignal) => AsyncIterable<StreamEvent<{ n: number; text: string }>>;
}
interface Services {
  readonly notes: Notes;
}

export const noteListing = {
  noun: 'note',
  fields: {
    id: { kind: 'id', describe: 'Id' },
    title: { kind: 'text', isSortable: true, describe: 'Title' },
    priority: { kind: 'word', words: ['LOW', 'HIGH'], isOrdered: true, describe: 'Priority' },
    durationMs: { kind: 'number', describe: 'How long it took to write' },
    maxRetries: { kind: 'number', describe: 'A name that looks like a comparison' },
    createdAt: { kind: 'time', isSortable: true, describe: 'When it was written' },
    hasTags: { kind: 'flag', describe: 'Whether it has tags' },
  },
  sort: { field: 'createdAt', order: 'desc' },
} as const;

const written = z
  .string()
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(['LOW', 'HIGH']));

export const noteOperations = [
  operation({
    name: 'notes.list',
    summary: 'List notes',
    details: 'All of them, a page at a time.',
    input: listInput(noteListing),
    output: listOutput(Note),
    errors: [],
    effect: 'read',
    permission: 'note:read',
    on: { rest: 'GET /notes' },
    async run({ notes }: Services, request) {
      notes.asked.push(request as ListRequest);
      const { limit, offset, after } = request;
      const all = [...notes.all.values()];
      const start = after === null ? offset : Number(after);
      const items = all.slice(start, start + limit);
      return { items, total: all.length, isTotalExact: true, next: start + limit < all.length ? String(start + limit) : null };
    },
  }),
  operation({
    name: 'notes.create',
    summary: 'Write a note',
    details: 'Writes it.',
    input: z.object({
      title: z.string().min(1).max(200).describe('Title'),
      priority: written.default('LOW'),
      createdAt: z.string().optional(),
      maxWords: z.number().int().positive().optional(),
      style: z.enum(['PLAIN', 'FANCY']).optional(),
      tags: z.array(z.string()).max(10).default([]),
      data: z.unknown().optional(),
    }),
    output: Note,
    errors: [notesFull],
    effect: 'write',
    permission: 'note:write',
    on: { rest: { route: 'POST /notes', status: 201, aliases: { heading: 'title' } } },
    async run({ notes }: Services, { title, priority, tags, style }, { now }) {
      notes.calls++;
      if (title === 'full') throw notesFull({ retryAfterSeconds: 7 });
      if (title === 'broken') throw new Error('SELECT secret FROM notes at /srv/ratchet/notes.ts:1:1 password=hunter2');
      const note = {
        id: String(notes.all.size + 1),
        title: style === undefined ? title : `${title} (${style})`,
        priority,
        tags,
        createdAt: isoTime(now),
      };
      notes.all.set(note.id, note);
      return note;
    },
  }),
  operation({
    name: 'notes.show',
    summary: 'Show a note',
    details: 'One note.',
    input: z.object({ id: z.string() }),
    output: Note,
    errors: [noteNotFound],
    effect: 'read',
    permission: 'note:read',
    on: { rest: 'GET /notes/:id' },
    async run({ notes }: Services, { id }) {
      const note = notes.all.get(id);
      if (!note) throw noteNotFound({ id });
      return note;
    },
  }),
  operation({
    name: 'notes.stats',
    summary: 'Count notes',
    details: 'How many there are.',
    input: z.object({ since: z.number().int().optional(), deep: z.boolean().default(false), kinds: z.array(z.string()).optional() }),
    output: z.object({ total: z.number(), said: z.unknown() }),
    errors: [],
    effect: 'read',
    permission: 'note:read',
    on: { rest: { route: 'GET /notes/stats', answers: 'stats' } },
    run: async ({ notes }: Services, input) => ({ total: notes.all.size, said: input }),
  }),
  operation({
    name: 'notes.archive',
    summary: 'Archive a note',
    details: 'Puts it away.',
    input: z.object({ id: z.string(), reason: z.string().optional() }),
    output: z.object({ reason: z.string().nullable() }),
    errors: [noteNotFound],
    effect: 'write',
    permission: 'note:write',
    on: { rest: { route: 'POST /notes/:id/archive', answers: 'done' } },
    async run({ notes }: Services, { id, reason }) {
      notes.calls++;
      if (!notes.all.has(id)) throw noteNotFound({ id });
      return { reason: reason ?? null };
    },
  }),
  operation({
    name: 'notes.remove',
    summary: 'Remove a note',
    details: 'For good.',
    input: z.object({ id: z.string() }),
    output: z.void(),
    errors: [noteNotFound],
    effect: 'destroy',
    permission: 'note:write',
    on: { rest: { route: 'DELETE /notes/:id', status: 204 } },
    async run({ notes }: Services, { id }) {
      if (!notes.all.delete(id)) throw noteNotFound({ id });
    },
  }),
  operation({
    name: 'notes.wait',
    summary: 'Wait for a note',
    details: 'Until there is one.',
    input: z.object({ idempotencyKey: z.string().optional() }),
    output: z.object({ key: z.string().nullable() }),
    errors: [],
    effect: 'write',
    permission: 'note:write',
    on: { rest: 'POST /notes/wait' },
    async run({ notes }: Services, { idempotencyKey }, { signal }) {
      signal.addEventListener('abort', () => {
        notes.onAbort();
        notes.release.reject(signal.reason);
      });
      notes.onWait();
      await notes.release.promise;
      return { key: idempotencyKey ?? null };
    },
  }),
] as const;

export const followNotes = stream({
  name: 'notes.follow',
  summary: 'Follow notes',
  details: 'As they are written.',
  input: z.object({ tag: z.string().optional() }),
  data: z.object({ n: z.number(), text: z.string() }),
  errors: [noteNotFound],
  permission: 'note:read',
  on: { rest: 'GET /notes/events' },
  open({ notes }: Services, { tag }, after, { signal }) {
    if (tag === 'missing') throw noteNotFound({ id: tag });
    return notes.follow(after, signal);
  },
});

export interface NotesServer {
  readonly url: string;
  readonly server: HttpServer;
  readonly notes: Notes;
  readonly log: { level: string; message: string; fields: Record<string, unknown> }[];
  /** How often the OpenAPI document was made. */
  documentsMade(): number;
  /** A request with JSON for a body; undefined values are left away. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Asked>;
  close(): Promise<void>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // What a test looks into is for the test to know.
  readonly json: { [key: string]: never } & { data?: unknown; error?: { code: string; message: string; hint: string; details?: unknown } };
}

/** A real server on a free port of the loopback that serves notes. @param values settings by key */
export async function startNotes(
  values: Record<string, unknown> = {},
  rest: Partial<RestOptions> = {},
  caller: Caller = localCaller,
): Promise<NotesServer> {
  const notes: Notes = {
    all: new Map(),
    asked: [],
    calls: 0,
    release: Promise.withResolvers(),
    onWait: () => {},
    onAbort: () => {},
    async *follow() {},
  };
  const log: NotesServer['log'] = [];
  let documentsMade = 0;
  const server = await createServer({
    settings: httpSettings(settingsFrom({ 'server.port': 0, ...values })),
    isAuthenticated: false,
    insecure: false,
    ids: uuidSource(),
    clock: systemClock,
    logger: { isOn: () => true, log: (level, message, fields = {}) => void log.push({ level, message, fields: { ...fields } }) },
    async routes(app, parts) {
      rootRoutes(app, {
        name: 'Notes',
        version: '1.2.3',
        description: 'Keeps <notes>.',
        clock: systemClock,
        health: async () => ({ status: notes.all.has('sick') ? 'unhealthy' : 'healthy', checks: { notes: { status: 'healthy' } } }),
        metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: `notes ${notes.all.size}\n` }),
      });
      const options = { ...parts, callerOf: () => caller, idempotency: memoryKeys(), ...rest };
      restRoutes(app, noteOperations, [followNotes], { notes }, options);
      docsRoutes(app, {
        document() {
          documentsMade++;
          return openApiDocument(noteOperations, [followNotes], '1.2.3');
        },
        errorFolder: null,
      });
    },
  });
  return {
    url: server.url,
    server,
    notes,
    log,
    documentsMade: () => documentsMade,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(server.url + path, {
        method,
        redirect: 'manual',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
      return { status: response.status, headers: response.headers, text, json: (isJson ? JSON.parse(text) : {}) as Asked['json'] };
    },
    close: () => server.close({ graceMs: 0, urgentMs: 0 }),
  };
}

function memoryKeys(): IdempotencyStore {
  const kept = new Map<string, KeptAnswer>();
  return {
    find: async (scope, key) => kept.get(`${scope} ${key}`) ?? null,
    keep: async (scope, key, answer) => void kept.set(`${scope} ${key}`, answer),
  };
}
