import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { findTaskPaths, loadTask } from '#tasks/index.ts';
import { below, taskFiles } from '#testing/git-repository.ts';
import { startHttpStub, type HttpStub, type StubRoute } from '#testing/http-stub.ts';
import { after, fetcherAtHand, filesIn, temporaryFolder, textsIn } from '../fetch-for-test.ts';
import { verifies } from '../../../../tests/requirements/verifies.ts';

type Served = Record<string, string | Buffer | StubRoute>;

const etagOf = (body: string | Buffer) => `"${createHash('sha256').update(body).digest('hex').slice(0, 12)}"`;

/** Serves what stands in `files` at the moment of each request, with entity tags. */
async function serve(files: Served, rules: { isLetIn?: (headers: Record<string, unknown>) => boolean } = {}): Promise<HttpStub> {
  const route: StubRoute = (request, response) => {
    if (rules.isLetIn?.(request.headers) === false) return void response.writeHead(401).end('no');
    const body = files[request.path];
    if (typeof body === 'function') return body(request, response);
    if (body === undefined) return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nothing here</h1>');
    const etag = etagOf(body);
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { etag }).end(body);
  };
  const stub = await startHttpStub({ '/s/': route });
  after(() => stub.close());
  return stub;
}

function zip(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [path, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), path, { mtime: new Date(0) });
  archive.end();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    archive.outputStream
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', reject)
      .on('end', () => resolve(Buffer.concat(chunks)));
  });
}

const sha256 = (body: string | Buffer) => createHash('sha256').update(body).digest('hex');
const asked = (stub: HttpStub) => stub.requests.map(({ path }) => path);

/** The content hash of a task, as an index has it. */
async function hashOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder('hash');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return (await loadTask(folder)).hash;
}

/** What `ratchet repo refresh-metadata` writes of tasks, as far as fetching reads it. */
async function indexOf(tasks: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<string> {
  const entries = await Promise.all(
    Object.entries(tasks).map(async ([name, files]) => ({
      name,
      path: `tasks/${name}`,
      checksum: await hashOf(files),
      files: Object.keys(files),
    })),
  );
  return JSON.stringify({ version: '1.0', repository: { name: 'r' }, tasks: entries, collections: {} });
}

describe('an archive behind HTTP', () => {
  it('becomes files, and costs one empty answer while it stays the same', async () => {
    const add = taskFiles('add');
    const files: Served = { '/s/tasks.zip': await zip({ ...below('repo-main/tasks/add', add), 'repo-main/readme.md': 'x' }) };
    const stub = await serve(files);
    const { fetch } = fetcherAtHand();
    const uri = `${stub.url}/s/tasks.zip`;
    const first = await fetch(uri);
    expect(first).toMatchObject({ isSame: false, snapshot: { revision: etagOf(files['/s/tasks.zip'] as Buffer), files: 5, skipped: [] } });
    expect(await loadTask(findTaskPaths(first.snapshot.folder).paths[0]!)).toMatchObject({ name: 'add' });
    const again = await fetch(uri, { previous: first.snapshot });
    expect(again).toEqual({ snapshot: first.snapshot, isSame: true });
    expect(stub.requests.at(-1)!.headers['if-none-match']).toBe(first.snapshot.revision);
    const part = await fetch(uri, { subdirectory: 'repo-main/tasks' });
    expect(filesIn(part.snapshot.folder)).toEqual(Object.keys(below('add', add)).toSorted());
    await expect(fetch(uri, { subdirectory: 'tasks' })).rejects.toMatchObject({ code: 'SOURCE_SUBDIRECTORY_NOT_FOUND' });
    files['/s/tasks.zip'] = await zip(taskFiles('other'));
    const changed = await fetch(uri, { previous: first.snapshot });
    expect(changed.isSame).toBe(false);
    expect(await loadTask(changed.snapshot.folder)).toMatchObject({ name: 'other' });
    expect(filesIn(first.snapshot.folder)).toHaveLength(5);
  });

  it('is known by its content where the server gives no tag', async () => {
    const body = await zip(taskFiles('add'));
    const stub = await serve({ '/s/t.zip': (_request, response) => void response.end(body), '/s/m.zip': modified });
    function modified(request: { headers: Record<string, unknown> }, response: ServerResponse) {
      const stamp = 'Thu, 01 Jan 2026 00:00:00 GMT';
      if (request.headers['if-modified-since'] === stamp) response.writeHead(304).end();
      else response.writeHead(200, { 'last-modified': stamp }).end(body);
    }
    const { fetch } = fetcherAtHand();
    const { snapshot } = await fetch(`${stub.url}/s/t.zip`);
    expect(snapshot.revision).toBe(`sha256:${sha256(body)}`);
    expect(await fetch(`${stub.url}/s/t.zip`, { previous: snapshot })).toEqual({ snapshot, isSame: true });
    const dated = (await fetch(`${stub.url}/s/m.zip`)).snapshot;
    expect((await fetch(`${stub.url}/s/m.zip`, { previous: dated })).isSame).toBe(true);
    expect(stub.requests.at(-1)!.headers['if-modified-since']).toBeDefined();
  });

  it('must have the checksum that is expected of it', async () => {
    const body = await zip(taskFiles('add'));
    const stub = await serve({ '/s/t.zip': body });
    const { fetch } = fetcherAtHand();
    const uri = `${stub.url}/s/t.zip`;
    expect((await fetch(uri, { expectedSha256: sha256(body).toUpperCase() })).snapshot.files).toBe(4);
    for (const at of [fetch, fetcherAtHand().fetch]) {
      await expect(at(uri, { expectedSha256: sha256('other') })).rejects.toMatchObject({ code: 'SOURCE_CHECKSUM_WRONG' });
    }
  });

  it('that is unsafe, broken or none is refused', async () => {
    verifies('sources.hostile-content');
    const good = await zip({ 'a.json': 'x'.repeat(1_000) });
    const bomb = await zip({ 'a.json': Buffer.alloc(10_000_000) });
    const leaving = Buffer.from((await zip({ 'xx/up.json': '1' })).toString('latin1').replaceAll('xx/up.json', '../up.json'), 'latin1');
    const stub = await serve({
      '/s/bomb.zip': bomb,
      '/s/leaving.zip': leaving,
      '/s/cut.zip': good.subarray(0, good.length - 30),
      '/s/page.zip': '<html>please log in</html>',
      '/s/empty.zip': '',
    });
    const { fetch, folder } = fetcherAtHand();
    for (const name of ['bomb', 'leaving', 'cut', 'page', 'empty']) {
      const failure = { code: 'SOURCE_CONTENT_INVALID', message: expect.stringContaining(`${name}.zip`) };
      await expect(fetch(`${stub.url}/s/${name}.zip`)).rejects.toMatchObject(failure);
    }
    expect(filesIn(join(folder, 'fetched'))).toEqual([]);
  });
});

describe('an index behind HTTP', () => {
  it('brings the tasks it lists, and of a changed one only what changed', async () => {
    const tasks: Record<string, Record<string, string>> = {
      add: { ...taskFiles('add'), 'tests/one.json': '{}' },
      twice: taskFiles('twice'),
    };
    const files: Served = {};
    const publish = async () => {
      for (const [name, contents] of Object.entries(tasks)) Object.assign(files, below(`/s/repo/tasks/${name}`, contents));
      files['/s/repo/.ratchet/index.json'] = await indexOf(tasks);
    };
    await publish();
    const stub = await serve(files);
    const { fetch } = fetcherAtHand();
    const uri = `${stub.url}/s/repo`;
    const first = await fetch(uri);
    expect(first.snapshot).toMatchObject({ files: 9, skipped: [] });
    expect(findTaskPaths(first.snapshot.folder).paths).toHaveLength(2);
    let before = stub.requests.length;
    expect(await fetch(uri, { previous: first.snapshot })).toEqual({ snapshot: first.snapshot, isSame: true });
    expect(asked(stub).slice(before)).toEqual(['/s/repo/.ratchet/index.json']);

    tasks['twice'] = taskFiles('twice', '1.1.0');
    await publish();
    before = stub.requests.length;
    const second = await fetch(uri, { previous: first.snapshot });
    expect(second.isSame).toBe(false);
    expect(
      asked(stub)
        .slice(before)
        .filter((path) => path.includes('/add/')),
    ).toEqual([]);
    expect(textsIn(second.snapshot.folder)).toEqual({ ...below('tasks/add', tasks['add']!), ...below('tasks/twice', tasks['twice']) });
    const part = await fetch(uri, { subdirectory: 'tasks/add' });
    expect(part.snapshot.files).toBe(5);
  });

  it('is read in its older forms: archives, folders whose files are not named, no checksums', async () => {
    const archive = await zip(taskFiles('zipped'));
    const plain = taskFiles('plain');
    delete plain['output.schema.json'];
    const files: Served = {
      '/s/index.json': JSON.stringify({
        generated_at: '2026-01-01T00:00:00Z',
        repository: { name: 'x', version: '1', commit: 'c' },
        tasks: [
          { name: 'zipped', version: '1.0.0', path: './archives/zipped.zip', checksum: sha256(archive) },
          { name: 'plain', version: '1.0.0', path: 'plain/', checksum: `sha256:${sha256(plain['main.js']!)}`, tags: [] },
          { name: 'bare', version: '1.0.0', path: 'bare' },
        ],
        collections: [],
      }),
      '/s/archives/zipped.zip': archive,
      ...below('/s/plain', plain),
      ...below('/s/bare', taskFiles('bare')),
    };
    const stub = await serve(files);
    const { fetch } = fetcherAtHand();
    const uri = `${stub.url}/s/index.json`;
    const { snapshot } = await fetch(uri);
    expect(filesIn(snapshot.folder)).toEqual([
      'archives/zipped.zip',
      ...Object.keys(below('bare', taskFiles('bare'))).toSorted(),
      ...Object.keys(below('plain', plain)).toSorted(),
    ]);
    // No checksum vouches for `bare`: an unchanged index says nothing about it.
    files['/s/bare/main.js'] = '(input) => ({ sum: 1 })';
    const changed = await fetch(uri, { previous: snapshot });
    expect(changed.isSame).toBe(false);
    expect((await fetch(uri, { previous: changed.snapshot })).isSame).toBe(true);
  });

  it('that names what is not there, or no place, is read without it', async () => {
    verifies('sources.hostile-content');
    const entries = [
      { path: 'gone', files: ['metadata.json'] },
      { path: '../../etc', files: ['passwd'] },
      { path: 'good', files: ['metadata.json', '../../x', 'main.js'] },
      { path: 7 },
      {},
    ];
    const stub = await serve({ '/s/index.json': JSON.stringify({ tasks: entries }), ...below('/s/good', taskFiles('good')) });
    const { snapshot } = await fetcherAtHand().fetch(`${stub.url}/s/`);
    expect(filesIn(snapshot.folder)).toEqual(['good/main.js', 'good/metadata.json']);
    expect(snapshot.skipped.map(({ path }) => path).toSorted()).toEqual(['../../etc', '?', 'gone', 'tasks[3]']);
    expect(asked(stub).every((path) => path.startsWith('/s/'))).toBe(true);
  });

  it('whose tasks are not what it promises, or cannot be had now, changes nothing', async () => {
    const files: Served = { ...below('/s/tasks/add', taskFiles('add')), '/s/index.json': await indexOf({ add: taskFiles('add') }) };
    const stub = await serve(files);
    const { fetch } = fetcherAtHand();
    const uri = `${stub.url}/s/index.json`;
    const { snapshot } = await fetch(uri);
    files['/s/index.json'] = await indexOf({ add: taskFiles('add', '2.0.0') });
    await expect(fetch(uri)).rejects.toMatchObject({ code: 'SOURCE_CHECKSUM_WRONG' });
    files['/s/tasks/add/metadata.json'] = (_request, response) => void response.writeHead(503).end();
    await expect(fetch(uri)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', retryable: true });
    Object.assign(files, below('/s/tasks/add', taskFiles('add', '2.0.0')));
    expect((await fetch(uri, { previous: snapshot })).isSame).toBe(false);
  });
});

describe('a repository server', () => {
  it('is asked for its list, and for each task by its path', async () => {
    const { 'main.js': code, 'input.schema.json': input, ...rest } = taskFiles('packed');
    const json =
      (value: unknown): StubRoute =>
      (_request, response) =>
        void response.end(JSON.stringify(value));
    const stub = await serve({
      '/s/api/tasks': json({
        data: [
          { path: 'math/add' },
          { path: 'filed' },
          { path: 'zipped' },
          { name: 'inline', source_code: '() => 1', metadata: { version: '1.0.0' } },
        ],
      }),
      '/s/api/tasks/math%2Fadd': json({
        data: { name: 'add', version: '1.0.0', sourceCode: code, inputSchema: JSON.parse(input!), metadata: { tags: ['x'] } },
      }),
      '/s/api/tasks/filed': json({ files: taskFiles('filed') }),
      '/s/api/tasks/zipped': await zip({ ...rest, 'main.js': code! }),
    });
    const { snapshot } = await fetcherAtHand().fetch(`${stub.url}/s/api`, { auth: { type: 'api_key', header: 'X-Key', key: 'k' } });
    expect(snapshot.skipped).toEqual([]);
    const names = await Promise.all(findTaskPaths(snapshot.folder).paths.map(async (path) => (await loadTask(path)).name));
    expect(names.toSorted()).toEqual(['add', 'filed', 'inline', 'packed']);
    expect(stub.requests.every(({ headers }) => headers['x-key'] === 'k')).toBe(true);
  });
});

describe('credentials for HTTP', () => {
  it.each([
    [{ type: 'bearer', token: 'T0ken' }, { authorization: 'Bearer T0ken' }],
    [{ type: 'git_token', token: 'T0ken' }, { authorization: 'Bearer T0ken' }],
    [{ type: 'basic', username: 'ada', password: 'T0ken' }, { authorization: `Basic ${Buffer.from('ada:T0ken').toString('base64')}` }],
    [{ type: 'api_key', header: 'X-My-Key', key: 'T0ken' }, { 'x-my-key': 'T0ken' }],
  ])('%j are sent as %j', async (auth, wanted) => {
    const stub = await serve(
      { '/s/t.zip': await zip(taskFiles('add')) },
      { isLetIn: (headers) => Object.entries(wanted).every(([name, value]) => headers[name] === value) },
    );
    const { fetch } = fetcherAtHand();
    expect((await fetch(`${stub.url}/s/t.zip`, { auth })).snapshot.files).toBe(4);
    await expect(fetch(`${stub.url}/s/t.zip`)).rejects.toMatchObject({
      code: 'SOURCE_AUTH_FAILED',
      message: expect.stringContaining('no credentials'),
    });
  });

  it('go along a redirection on their own host, and to no other', async () => {
    verifies('sources.credentials');
    const body = await zip(taskFiles('add'));
    const other = await serve({
      '/s/t.zip': body,
      '/s/index.json': JSON.stringify({ tasks: [{ path: 'add' }] }),
      ...below('/s/add', taskFiles('add')),
    });
    const home = await serve({
      '/s/far.zip': (_request, response) => void response.writeHead(302, { location: `${other.url}/s/t.zip` }).end(),
      '/s/moved.json': (_request, response) => void response.writeHead(302, { location: `${other.url}/s/index.json` }).end(),
      '/s/near.zip': (_request, response) => void response.writeHead(301, { location: 't.zip' }).end(),
      '/s/round.zip': (_request, response) => void response.writeHead(302, { location: '/s/round.zip' }).end(),
      '/s/file.zip': (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      '/s/t.zip': body,
    });
    const auth = { type: 'bearer', token: 'T0ken' };
    const { fetch } = fetcherAtHand();
    await fetch(`${home.url}/s/near.zip`, { auth });
    expect(home.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer T0ken', 'Bearer T0ken']);
    await fetch(`${home.url}/s/far.zip`, { auth });
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const before = other.requests.length;
    const { snapshot } = await fetch(`${home.url}/s/moved.json`, { auth });
    expect(snapshot.files).toBe(4);
    expect(other.requests.slice(before).map(({ headers }) => headers.authorization)).toEqual(Array.from({ length: 5 }, () => undefined));
    await expect(fetch(`${home.url}/s/round.zip`)).rejects.toThrow(/redirects more than/);
    await expect(fetch(`${home.url}/s/file.zip`)).rejects.toThrow(/no address of the web/);
  });
});

describe('a server that misbehaves', () => {
  it('is left when it says too much, lies about how much, stops, or takes too long', async () => {
    const stub = await serve({
      '/s/announced.zip': (_request, response) => void response.writeHead(200, { 'content-length': '9000000' }).write('x'),
      '/s/endless.zip': (_request, response) => {
        response.writeHead(200);
        const more = () => {
          while (response.write(Buffer.alloc(65_536))) if (response.destroyed) return;
          response.once('drain', more);
        };
        more();
      },
      '/s/short.zip': (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('x');
        response.socket!.end();
      },
      '/s/silent.zip': () => {},
      '/s/slow.zip': (_request, response) => void response.writeHead(200).write('P'),
      '/s/gzip.zip': (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    });
    const { fetch, fetcher } = fetcherAtHand();
    const get = (name: string) => fetch(`${stub.url}/s/${name}.zip`, { maxBytes: 1_000_000, timeoutMs: 700 });
    await expect(get('announced')).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    await expect(get('endless')).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    await expect(get('short')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await expect(get('silent')).rejects.toMatchObject({ code: 'SOURCE_TIMED_OUT' });
    await expect(get('slow')).rejects.toMatchObject({ code: 'SOURCE_TIMED_OUT' });
    await expect(get('gzip')).rejects.toMatchObject({ code: 'SOURCE_CONTENT_INVALID' });
    await expect(get('nothing')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(fetch('http://127.0.0.1:9/x.zip')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await fetcher.close();
    await stub.allClosed();
  });
});
