import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listTeas, removeTea, showTea, spillTeas, teaStats, brewTea } from '#surfaces/client/tea-harness.ts';
import { startHttpStub, type HttpStub, type StubRoute } from '../../../testing/http-stub.ts';
import type { AppParts, Command } from '../command.ts';
import type { CommandRow } from '../commands.ts';
import { runCli } from '../run-cli.ts';
import { remoteCommand } from './remote-command.ts';
import { widthOf } from './table.ts';

const now = Date.parse('2026-01-31T12:00:00Z');
const assam = { id: 1, name: 'Assam', status: 'HOT', brewedAt: '2026-01-31T11:57:00.000Z' };

const opened: HttpStub[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const json =
  (value: unknown, status = 200): StubRoute =>
  (_request, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const row = (words: string, command: Command): CommandRow => ({ words, summary: command.operation.summary, load: async () => command });
const rows = [
  row('tea list', remoteCommand(listTeas)),
  row('tea show', remoteCommand(showTea)),
  row('tea brew', remoteCommand(brewTea)),
  row('tea spill', remoteCommand(spillTeas, { asks: () => 'Spill all teas?' })),
  row('tea remove', remoteCommand(removeTea)),
  row('tea stats', remoteCommand(teaStats)),
];

interface Run {
  readonly routes?: Record<string, StubRoute>;
  readonly isTerminal?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Keys the person presses. */
  readonly keys?: readonly string[];
  readonly columns?: number;
}

async function run(line: readonly string[], { routes = {}, isTerminal = false, env = {}, keys = [], columns = 80 }: Run = {}) {
  const stub = await startHttpStub(Object.fromEntries(Object.entries(routes).map(([path, route]) => [`/api/v1${path}`, route])));
  opened.push(stub);
  let out = '';
  let err = '';
  const pressed = [...keys];
  const code = await runCli({
    argv: line,
    rows,
    version: '1.2.3',
    now: () => now,
    terminal: {
      out: { isTerminal, write: (text) => (out += text) },
      err: { isTerminal, write: (text) => (err += text) },
      env: { NO_COLOR: '1', RATCHET_SERVER: stub.url, ...env },
      readStdin: async () => '',
      keyboard: isTerminal ? { listen: (onKey) => (setImmediate(() => onKey(pressed.shift() ?? 'n')), () => {}) } : null,
      window: isTerminal ? { size: () => ({ columns, rows: 24 }), onResize: () => () => {} } : null,
    },
    open: async () => ({ parts: {} as AppParts, logLevel: 'info', close: async () => {} }),
  });
  return {
    code,
    out,
    err,
    requests: stub.requests.map(({ method, url, body, headers }) => ({ method, url, body: body.toString(), headers })),
    url: stub.url,
  };
}

const page = (items: readonly unknown[], more: object = {}) =>
  json({ data: items, meta: { pagination: { total: items.length, isTotalExact: true, next: null, ...more } } });

describe('a list of a server', () => {
  it('is JSON for programs, whole', async () => {
    const { code, out, err } = await run(['tea', 'list'], { routes: { '/teas': page([assam], { next: 'abc' }) } });
    expect([code, JSON.parse(out), err]).toEqual([0, { items: [assam], total: 1, isTotalExact: true, next: 'abc' }, '']);
    expect(out.trim()).not.toContain('\n');
  });

  it('is a table for people, no wider than the terminal', async () => {
    const routes = {
      '/teas': page([assam, { ...assam, id: 22, name: 'A tea\nwith a \u001b[31mlong name 緑茶', brewedAt: null }], {
        total: 1200,
        isTotalExact: false,
        next: 'abc',
      }),
    };
    const { out, err } = await run(['tea', 'list'], { routes, isTerminal: true });
    expect(out.split('\n')).toEqual([
      'ID  NAME                                 STATUS  BREWEDAT',
      '1   Assam                                HOT     3m ago',
      '22  A tea with a \\x1b[31mlong name 緑茶  HOT',
      '',
    ]);
    expect(err).toBe('2 of at least 1,200; go on with --after abc\n');
    const narrow = await run(['tea', 'list'], { routes, isTerminal: true, columns: 30 });
    for (const text of narrow.out.split('\n')) expect(widthOf(text)).toBeLessThanOrEqual(30);
    expect(narrow.out).toContain('…');
  });

  it('can be narrowed by every field, in flags made of the listing', async () => {
    const line = [
      'tea',
      'list',
      '--status',
      'hot,Cold',
      '--name-contains',
      'a b',
      '--cups-min',
      '2',
      '--brewed-after',
      '1h',
      '--is-sweet',
      'true',
      '--id',
      '7',
    ];
    const { code, requests } = await run(
      [...line, '--limit', '5', '--offset', '10', '--sort', 'brewed-at:desc', '--brewed-before', '2026-01-31T12:00:00Z'],
      {
        routes: { '/teas': page([]) },
      },
    );
    expect(code).toBe(0);
    expect(Object.fromEntries(new URL(requests[0]!.url, 'http://x').searchParams)).toEqual({
      _start: '10',
      _end: '15',
      _sort: 'brewedAt',
      _order: 'DESC',
      status_in: 'HOT,COLD',
      name_contains: 'a b',
      cups_gte: '2',
      brewedAt_gte: String(now - 3_600_000),
      brewedAt_lt: String(now),
      isSweet: 'true',
      id: '7',
    });
  });

  it.each([
    [['--status', 'hod'], /--status cannot be "hod"; it is one of cold, hot, spilled\. Did you mean hot\?/],
    [['--cups-min', 'two'], /--cups-min needs a number, not "two"/],
    [['--brewed-after', 'yesterday'], /--brewed-after needs a time such as .*"yesterday"/],
    [['--brewed-after', '30'], /--brewed-after needs a time/],
    [['--sort', 'colour'], /--sort cannot be "colour"; it is one of id, name, cups, brewedAt/],
    [['--sort', 'name:up'], /the order is asc or desc, not "up"/],
    [['--is-sweet', 'maybe'], /--is-sweet/],
  ])('refuses %j before anything is sent', async (flags, message) => {
    const { code, err, requests } = await run(['tea', 'list', ...flags]);
    expect([code, err, requests]).toEqual([2, expect.stringMatching(message), []]);
  });

  it('says when there is nothing', async () => {
    expect(await run(['tea', 'list'], { routes: { '/teas': page([]) }, isTerminal: true })).toMatchObject({ out: '', err: 'No teas.\n' });
  });
});

describe('one thing of a server', () => {
  it('is shown in lines for people, and as JSON for programs', async () => {
    const routes = { '/teas/1': json({ data: assam }) };
    expect((await run(['tea', 'show', '1'], { routes, isTerminal: true })).out).toBe(
      'id        1\nname      Assam\nstatus    HOT\nbrewedAt  2026-01-31T11:57:00.000Z (3m ago)\n',
    );
    expect(JSON.parse((await run(['tea', 'show', '1', '--format', 'json'], { routes, isTerminal: true })).out)).toEqual(assam);
    expect((await run(['tea', 'show', '1', '--format', 'pretty'], { routes })).out).toBe(`${JSON.stringify(assam, null, 2)}\n`);
    expect((await run(['tea', 'stats'], { routes: { '/teas/stats': json({ stats: { total: 3 } }) }, isTerminal: true })).out).toBe(
      'total  3\n',
    );
  });

  it('is made of flags and JSON, and needs no answer', async () => {
    const { requests } = await run(['tea', 'brew', 'Assam', '--recipe-json', '{"minutes": 3}'], {
      routes: { '/teas': json({ data: assam }, 201) },
    });
    expect(requests).toMatchObject([{ method: 'POST', body: '{"name":"Assam","recipe":{"minutes":3}}' }]);
    const gone = await run(['tea', 'remove', 'a b'], {
      routes: { '/teas/a%20b': (_request, response) => void response.writeHead(204).end() },
      isTerminal: true,
    });
    expect([gone.code, gone.out]).toEqual([0, 'Done.\n']);
  });

  it('that is missing ends with the error of the server and its exit code', async () => {
    const error = { code: 'TEST_TEA_NOT_FOUND', message: 'There is no tea 9.', hint: 'Look.', status: 404, details: { id: '9' } };
    const { code, out, err } = await run(['tea', 'show', '9'], { routes: { '/teas/9': json({ error }, 404) } });
    expect([code, out]).toEqual([4, '']);
    expect(err).toBe('Error: There is no tea 9.\nHint: Look.\nSee docs/errors/TEST_TEA_NOT_FOUND.md (TEST_TEA_NOT_FOUND)\n');
  });
});

describe('what destroys', () => {
  const routes = { '/teas/spill': json({ success: true, message: '', data: { spilled: 3 } }) };

  it('is asked about where a person is there', async () => {
    const no = await run(['tea', 'spill'], { routes, isTerminal: true, keys: ['n'] });
    expect([no.code, no.requests]).toEqual([130, []]);
    expect(no.err).toContain('Spill all teas? [y/N] no\n');
    const yes = await run(['tea', 'spill'], { routes, isTerminal: true, keys: ['y'] });
    expect([yes.code, yes.out, yes.requests.length]).toEqual([0, 'spilled  3\n', 1]);
  });

  it('is done at once with --yes, and where nobody can be asked', async () => {
    expect(await run(['tea', 'spill', '--yes'], { routes, isTerminal: true })).toMatchObject({ code: 0, err: '' });
    expect(await run(['tea', 'spill'], { routes })).toMatchObject({ code: 0, out: '{"spilled":3}\n', err: '' });
  });
});

describe('the server', () => {
  it('is that of --server, of RATCHET_SERVER, or the usual one; the token is that of RATCHET_TOKEN', async () => {
    const routes = { '/teas/stats': json({ stats: { total: 3 } }) };
    const first = await run(['tea', 'stats'], { routes, env: { RATCHET_TOKEN: 'secret' } });
    expect(first.requests[0]!.headers.authorization).toBe('Bearer secret');
    const second = await run(['tea', 'stats', '--server', `${first.url}/`], { env: { RATCHET_SERVER: 'http://127.0.0.1:1' } });
    expect([second.code, second.requests]).toEqual([0, []]);
    expect((await run(['tea', 'stats', '--server', 'nowhere'])).code).toBe(2);
  });

  it('that does not answer ends with exit code 8, and what to do', async () => {
    const nobody = await run(['tea', 'stats', '--server', 'http://127.0.0.1:1']);
    expect([nobody.code, nobody.err]).toEqual([8, expect.stringMatching(/No server answers at http:\/\/127\.0\.0\.1:1[^]*ratchet serve/)]);
    const silent = await run(['tea', 'stats', '--request-timeout', '50ms'], { routes: { '/teas/stats': () => {} } });
    expect([silent.code, silent.err]).toEqual([8, expect.stringContaining('has not answered teas.stats within 0.05 s')]);
    const page1 = await run(['tea', 'stats'], {
      routes: { '/teas/stats': (_request, response) => void response.setHeader('content-type', 'text/html').end('<p>') },
    });
    expect([page1.code, page1.err]).toEqual([8, expect.stringContaining('(NOT_A_RATCHET_SERVER)')]);
  });
});

describe('help', () => {
  it('of a group lists its commands, and of a command its flags', async () => {
    const { code, out } = await run(['tea']);
    expect([code, out]).toEqual([0, expect.stringMatching(/list .*List teas[^]*spill .*Spill teas/)]);
    const list = await run(['tea', 'list', '--help']);
    for (const flag of [
      '--limit',
      '--sort',
      '--status',
      '--brewed-after',
      '--name-contains',
      '--cups-max',
      '--server',
      '--request-timeout',
    ]) {
      expect(list.out).toContain(flag);
    }
    expect(list.out).not.toContain('--filter');
    expect((await run(['tea', 'spill', '--help'])).out).toContain('--yes');
  });
});
