import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startHttpStub } from '../../testing/http-stub.ts';

/** Whatever way a call or a stream ends, then what the process still holds. */
const program = `
const { connect } = await import(process.argv[1]);
const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));
const client = connect({ url: process.argv[2], timeoutMs: 60_000, retries: 1 });
const signal = AbortSignal.timeout(50);
const quietly = (work) => work.catch(() => {});
await client.jobs.stats();
await quietly(client.jobs.show({ id: '404' }));
await quietly(client.jobs.show({ id: 'reset' }));
await quietly(client.jobs.show({ id: 'never' }, { signal }));
await quietly(client.jobs.show({ id: 'never' }, { timeoutMs: 50 }));
for await (const event of client.events.follow()) break;
const events = client.events.follow();
await events.next();
const waiting = events.next();
await events.return();
await waiting;
// A reaction that nobody waits for would come up now.
await new Promise((resolve) => setTimeout(resolve, 20));
const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
process.stdout.write(JSON.stringify({ unhandled, timers }));
`;

it('a client leaves no timer and no rejection behind, and lets its process end', async () => {
  const stub = await startHttpStub({
    '/api/v1/jobs/stats': (_request, response) =>
      void response.setHeader('content-type', 'application/json').end('{"stats":{},"timestamp":""}'),
    '/api/v1/jobs/404': (_request, response) =>
      void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"code":"JOB_NOT_FOUND","message":"No."}}'),
    '/api/v1/jobs/reset': (_request, response) => void response.destroy(),
    '/api/v1/jobs/never': () => {},
    '/api/v1/events': (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write('id: 1\nevent: job.queued\ndata: {"at":"","taskId":null,"jobId":null,"executionId":null,"details":{}}\n\n'),
  });
  try {
    const client = new URL('index.ts', import.meta.url).href;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, client, stub.url], { timeout: 20_000 });
    expect(JSON.parse((await run).stdout)).toEqual({ unhandled: [], timers: 0 });
  } finally {
    await stub.close();
  }
});
