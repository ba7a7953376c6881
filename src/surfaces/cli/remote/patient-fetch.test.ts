import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { createClient } from '#surfaces/client/client.ts';
import { showTea } from '#surfaces/client/tea-harness.ts';
import { startHttpStub } from '#testing/http-stub.ts';
import { fetchFor } from './patient-fetch.ts';

const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

it('a command may wait longer than the fetch of the platform has patience for', async () => {
  const assam = { id: 1, name: 'Assam', status: 'HOT', brewedAt: null };
  const stub = await startHttpStub({
    '/api/v1/teas/1': (_request, response) => json(response, { data: assam }),
    '/api/v1/teas/2': (_request, response) => json(response, { error: { code: 'TEST_TEA_NOT_FOUND', message: 'No.' } }, 404),
    '/api/v1/teas/3': (_request, response) => void response.destroy(),
  });
  const client = createClient({ url: stub.url, timeoutMs: 300_000, retries: 0 }, { fetchFor });
  expect(await client.call(showTea, { id: 1 })).toEqual(assam);
  await expect(client.call(showTea, { id: 2 })).rejects.toMatchObject({ code: 'TEST_TEA_NOT_FOUND', exit: 'invalidInput' });
  await expect(client.call(showTea, { id: 3 })).rejects.toMatchObject({ code: 'ANSWER_LOST' });
  // The platform's own gives up after 300 s without a word; the other one says who it is.
  expect(stub.requests.map(({ headers }) => headers['user-agent'])).toEqual(['undici', 'undici', 'undici']);
  await stub.close();
  await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
});
