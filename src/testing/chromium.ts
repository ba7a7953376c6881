import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The Chromium of this machine: RATCHET_TEST_BROWSER, or one on PATH; null where there is none. */
export const chromiumFile: string | null =
  [
    process.env['RATCHET_TEST_BROWSER'] ?? '',
    ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  ].find((file) => file !== '' && existsSync(file)) ?? null;

/** What a test says when it is skipped for want of a browser. */
export const withoutChromium = 'needs Chromium on PATH, or its path in RATCHET_TEST_BROWSER';

export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A headless Chromium with an empty profile that asks nothing of any network by itself. */
export async function openChromium(): Promise<TestBrowser> {
  if (chromiumFile === null) throw new Error(withoutChromium);
  const profile = mkdtempSync(join(tmpdir(), 'ratchet-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumFile,
    viewport: { width: 1280, height: 900 },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  // Shorter than a test may take, so that it fails with the step that did not come about.
  context.setDefaultTimeout(10_000);
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
