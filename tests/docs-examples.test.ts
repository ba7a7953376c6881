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
    ].join('\n\n');
    const problems = await runPage({ root, name: 'wrong.md', text, apiUrl: 'http://127.0.0.1:9' });
    expect(problems.map((line) => line.split('  ')[0])).toEqual(['wrong.md:5', 'wrong.md:9', 'wrong.md:17', 'wrong.md:21']);
  });
});
