import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { runPage } from './docs/page-run.ts';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...readdirSync(join(root, 'docs/guide')).map((name) => `docs/guide/${name}`)];

/** What https://api.example.com answers in the guide. */
async function startApi(): Promise<HttpStub> {
  const json = (value: unknown) => (_request: unknown, response: import('node:http').ServerResponse) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  return startHttpStub({
    '/users/1': json({ id: 1, name: 'Ada' }),
    '/users/2': json({ id: 2, name: 'Grace' }),
    '/rate': json({ rate: 1.5 }),
    '/broken': (_request, response) => void response.writeHead(503, { 'content-type': 'text/plain' }).end('down for repairs'),
    '/private': (_request, response) => void response.writeHead(401, { 'content-type': 'application/json' }).end('{"reason":"no key"}'),
  });
}

describe('the examples of', () => {
  let api: HttpStub;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it.each(pages)('%s do what the page says', { timeout: 120_000 }, async (name) => {
    expect(await runPage({ root, name, text: readFileSync(join(root, name), 'utf8'), apiUrl: api.url })).toEqual([]);
  });

  it('a page that is wrong are found out', async () => {
    const text = [
      '```sh run\necho one\n```',
      '```text output\ntwo\n```',
      '```sh run\nexit 3\n```',
      '```sh run exit=3\necho problem >&2; exit 3\n```',
      '```text stderr\nanother\n```',
      '```sh\nnobody runs this\n```',
      '```js file=a/b.js\nhttps://api.example.com/x\n```',
      '```sh run\ncat a/b.js\n```',
      '```text output\nhttps://api.example.com/x\n```',
      `\`\`\`sh run\necho '{"a": 1, "b": [{"c": 2, "d": 3}]}'\n\`\`\``,
      '```json output some\n{ "b": [{ "c": "..." }] }\n```',
      '```json output some\n{ "b": [{ "c": 3 }] }\n```',
      '```json output some\n{ "b": [], "a": 1 }\n```',
      '```json output some\n{ "e": "..." }\n```',
      '```text output some\n"c": 2\n"d": 3\n```',
      '```text output some\n"d": 3\n"c": 2\n```',
    ].join('\n\n');
    const problems = await runPage({ root, name: 'wrong.md', text, apiUrl: 'http://127.0.0.1:9' });
    const lines = [5, 9, 17, 21, 45, 49, 53, 62];
    expect(problems.map((line) => line.split('  ')[0])).toEqual(lines.map((line) => `wrong.md:${line}`));
  });

  it('a page with a server are run against it, until the page stops it', { timeout: 120_000 }, async () => {
    const text = [
      '```sh serve\nratchet serve\n```',
      '```sh run\necho $RATCHET_SERVER\n```',
      '```text output\nhttp://127.0.0.1:8080\n```',
      '```text stopped\nStarting.\n```',
      '```sh run\necho ${RATCHET_SERVER:-gone}\n```',
      '```text output\ngone\n```',
    ].join('\n\n');
    const problems = await runPage({ root, name: 'served.md', text, apiUrl: 'http://127.0.0.1:9' });
    expect(problems.map((line) => line.split('  ')[0])).toEqual(['served.md:13']);
    const refused = runPage({ root, name: 'served.md', text: '```sh serve\nratchet serve --nonsense\n```', apiUrl: 'http://127.0.0.1:9' });
    await expect(refused).rejects.toThrow('ended before it was ready');
  });
});
