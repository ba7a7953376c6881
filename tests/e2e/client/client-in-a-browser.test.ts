import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFile, openChromium, withoutChromium, type TestBrowser } from '#testing/chromium.ts';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';
import { scenario, type ScenarioReport } from './browser-scenario.ts';

const expected: ScenarioReport = {
  sum: { sum: 15 },
  listed: true,
  counted: 1,
  kinds: ['job.cancelled'],
  cancelled: 'CANCELLED',
  error: '999999',
  aborted: 'not wanted any more',
};

/** The scenario and the client in one script, as a bundler makes it for a browser. @param then what the script does with it */
async function bundled(then: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import { scenario } from './browser-scenario.ts';\n${then}`, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  });
  return outputFiles[0]!.text;
}

describe('the client', () => {
  let folder: string;
  let server: RatchetServer;
  let pages: HttpStub;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ratchet-browser-client-'));
    const scripts = {
      '/page.js': await bundled('globalThis.scenario = scenario;'),
      '/worker.js': await bundled(
        'onmessage = ({ data }) => void scenario(data).then((report) => postMessage(report), (error) => postMessage(String(error)));',
      ),
    };
    pages = await startHttpStub({
      '/': (_request, response) =>
        void response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/page.js"></script>'),
      ...Object.fromEntries(
        Object.entries(scripts).map(([path, text]) => [
          path,
          (_request: unknown, response: import('node:http').ServerResponse) =>
            void response.setHeader('content-type', 'text/javascript').end(text),
        ]),
      ),
    });
    server = await startRatchet({
      args: ['--sources', 'sample/js-tasks/addition', '--data-dir', folder],
      // Without it a page of another origin may not even ask.
      env: { RATCHET_SERVER_CORS_ALLOWED_ORIGINS: pages.url },
    });
  });
  afterAll(async () => {
    await server?.kill();
    await pages?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('queues, lists, follows, cancels and fails in Node', async () => {
    expect(await scenario(server.url)).toEqual(expected);
  });

  describe.skipIf(chromiumFile === null)(`in a browser (${withoutChromium})`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await openChromium();
    });
    afterAll(() => browser?.close());

    it('does the same in a page of another origin, and in a worker of it', async () => {
      verifies('client.browsers');
      const page = await browser.context.newPage();
      await page.goto(pages.url);
      const inPage = await page.evaluate(
        (url) => (globalThis as unknown as { scenario: (url: string) => unknown }).scenario(url),
        server.url,
      );
      expect(inPage).toEqual(expected);
      const inWorker = await page.evaluate(
        (url) =>
          new Promise((resolve) => {
            const scope = globalThis as unknown as {
              Worker: new (url: string) => EventTarget & { postMessage: (data: unknown) => void };
            };
            const worker = new scope.Worker('/worker.js');
            worker.addEventListener('message', (event) => resolve((event as unknown as { data: unknown }).data), { once: true });
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no other origin
            worker.postMessage(url);
          }),
        server.url,
      );
      expect(inWorker).toEqual(expected);
    });
  });
});
