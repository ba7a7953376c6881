import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamEvent } from '#kernel/index.ts';
import { startNotes, type NotesServer } from './notes-harness.ts';

type Follow = NotesServer['notes']['follow'];
const event = (n: number, text = 'x'): StreamEvent<{ n: number; text: string }> => ({
  id: `b-${n}`,
  kind: 'note.written',
  data: { n, text },
});

let server: NotesServer;
beforeAll(async () => {
  server = await startNotes({}, { heartbeatMs: 30, slowReaderMs: 200 });
});
afterAll(() => server.close());

const follow = (path = '', headers: Record<string, string> = {}) => server.ask('GET', `/api/v1/notes/events${path}`, undefined, headers);
/** Settles when the signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));

describe('a stream over REST', () => {
  it('is Server-Sent Events with ids, kinds and JSON, and says when it ends', async () => {
    server.notes.follow = async function* follows() {
      yield event(1, 'two\nlines');
      yield { ...event(2), id: null };
    };
    const { status, headers, text } = await follow();
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store',
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).toBe(
      'retry: 2000\n\nid: b-1\nevent: note.written\ndata: {"n":1,"text":"two\\nlines"}\n\nevent: note.written\ndata: {"n":2,"text":"x"}\n\nevent: end\ndata: {}\n\n',
    );
  });

  it('goes on behind Last-Event-ID, which is newer than ?after', async () => {
    const afters: (string | null)[] = [];
    server.notes.follow = async function* follows(after) {
      afters.push(after);
      yield* [];
    };
    await follow();
    await follow('?after=b-1');
    await follow('?after=b-1', { 'last-event-id': 'b-9' });
    expect(afters).toEqual([null, 'b-1', 'b-9']);
  });

  it('that cannot begin is refused with the status of the error', async () => {
    const { status, json } = await follow('?tag=missing');
    expect([status, json.error?.code]).toEqual([404, 'NOTE_NOT_FOUND']);
    server.notes.follow = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('secret')) }) });
    const broken = await follow();
    expect([broken.status, broken.json.error?.code]).toEqual([500, 'INTERNAL_ERROR']);
  });

  it('that breaks later ends with an error event that says nothing internal', async () => {
    server.notes.follow = async function* follows() {
      yield event(1);
      throw new Error('hunter2');
    };
    const { text } = await follow();
    expect(text).toContain('event: error\ndata: {"error":{"code":"INTERNAL_ERROR"');
    expect(text).not.toContain('hunter2');
  });

  it('gives signs of life while nothing happens, and ends what feeds it when the client goes', async () => {
    const ended = Promise.withResolvers<void>();
    server.notes.follow = async function* follows(_after, signal) {
      await aborted(signal);
      ended.resolve();
      yield* [];
    };
    const gone = new AbortController();
    const response = await fetch(`${server.url}/api/v1/notes/events`, { signal: gone.signal });
    const reader = response.body!.getReader();
    let seen = '';
    while (seen.split(': still here').length < 3) seen += new TextDecoder().decode((await reader.read()).value);
    gone.abort();
    await ended.promise;
  });

  it('waits for a slow reader, and lets go of one that does not read at all', async () => {
    let made = 0;
    const over = Promise.withResolvers<void>();
    server.notes.follow = async function* follows() {
      try {
        for (;;) {
          made++;
          yield event(made, 'x'.repeat(100_000));
        }
      } finally {
        over.resolve();
      }
    };
    const socket = connect({ host: '127.0.0.1', port: server.server.port, noDelay: true });
    socket.pause();
    socket.write('GET /api/v1/notes/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await over.promise;
    // What the system buffers for a socket, and not without end.
    expect(made).toBeLessThan(300);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-100)));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    await closed;
    expect(text).toContain('event: dropped\ndata: {}');
  });
});

describe('the log of a stream', () => {
  it('has one line when it is over, and says when it was cut short', async () => {
    server.log.length = 0;
    server.notes.follow = async function* follows() {
      yield event(1);
    };
    await follow('', { 'x-request-id': 'whole' });
    server.notes.follow = async function* follows(_after, signal) {
      yield event(1);
      await aborted(signal);
    };
    const gone = new AbortController();
    const response = await fetch(`${server.url}/api/v1/notes/events`, { signal: gone.signal, headers: { 'x-request-id': 'cut' } });
    await response.body!.getReader().read();
    gone.abort();
    await expect
      .poll(() => server.log.map(({ fields }) => [fields['requestId'], fields['status'], fields['isCutShort']]))
      .toEqual([
        ['whole', 200, undefined],
        ['cut', 200, true],
      ]);
  });
});

describe('a server that closes', () => {
  it('ends streams with an event that says so, and then is gone', async () => {
    const other = await startNotes();
    const waits: Follow = async function* waits(_after, signal) {
      yield event(1);
      await aborted(signal);
    };
    other.notes.follow = waits;
    const response = await fetch(`${other.url}/api/v1/notes/events`);
    const closing = other.server.close({ graceMs: 5_000 });
    expect(await response.text()).toMatch(/event: closing\ndata: \{\}\n\n$/);
    await closing;
    await expect(fetch(`${other.url}/live`)).rejects.toThrow('fetch failed');
  });
});
