import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFile, openChromium, withoutChromium, type TestBrowser } from '../../../testing/chromium.ts';
import { effectWith, traceWith } from '../trace-harness.ts';
import type { Trace } from '../trace.ts';
import { tracePage } from '../trace-page.ts';

const hostile = `</script><img src=x onerror="window.stolen=1"><script>window.stolen=1</script>`;
const start = traceWith().startedAt;
const site = { function: 'main', file: 'main.js', line: 2, column: 5 };
const busy: Partial<Trace> = {
  state: 'failed',
  output: null,
  error: {
    code: 'TASK_FAILED',
    message: hostile,
    hint: 'Correct it.',
    data: {
      errorClass: 'RangeError',
      message: '',
      stack: '',
      frames: [{ function: 'main', file: 'main.js', line: 3, column: 1 }],
      fields: {},
    },
  },
  effects: [
    effectWith(1, 10, 40, { site, response: { headers: [['content-type', 'application/json']], body: { text: '{"answer":42}' } } }),
    effectWith(2, 20, 60, { site, status: 503 }),
    effectWith(3, 70, 20, { status: null, failure: { name: 'TimeoutError', message: 'too slow', reason: 'timeout' } }),
  ],
  logs: [
    { level: 'info', message: hostile, at: start + 5 },
    { level: 'error', message: 'gave up', at: start + 95 },
  ],
  progress: [{ atMs: 50, update: { progress: 0.5, message: 'half' } }],
  turns: ['r1', 'r2', 'r3'],
  sources: { 'main.js': `export default async () => {\n  await fetch(url);\n  throw new RangeError();\n};\n`, 'other.js': '// nothing\n' },
};

describe.skipIf(chromiumFile === null)(`a trace page in a browser (${chromiumFile === null ? withoutChromium : 'Chromium'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-trace-page-'));
  let browser: TestBrowser;
  let page: Page;
  const heard: string[] = [];

  beforeAll(async () => {
    browser = await openChromium();
    page = await browser.context.newPage();
    page.on('console', (message) => heard.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) heard.push(`request: ${request.url().slice(0, 100)}`);
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(parts: Partial<Trace>, { width = 1280, dark = false } = {}): Promise<void> {
    heard.length = 0;
    const file = join(folder, 'page.html');
    writeFileSync(file, tracePage(traceWith(parts)));
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', media: 'screen' });
    await page.goto(pathToFileURL(file).href);
    await page.locator('main').waitFor();
  }
  const details = () => page.getByRole('region', { name: 'Details' });
  const timeline = () => page.locator('.timeline-box');
  const rows = () => page.getByRole('option');
  /** The page draws with the next picture: two of them are certainly after it. */
  const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

  it('opens from a disk without a complaint and without a request', async () => {
    await open(busy);
    await drawn();
    expect(heard).toEqual([]);
  });

  it('shows hostile texts as texts', async () => {
    const task = { ...traceWith().task, label: hostile };
    await open({ ...busy, task, sources: { [hostile]: hostile }, output: hostile });
    await rows().first().click();
    await details().getByRole('heading', { name: 'Log line' }).waitFor();
    expect(await page.locator('h1').textContent()).toBe(hostile);
    expect(await page.title()).toContain(hostile);
    expect(await details().textContent()).toContain(hostile);
    expect(
      await page.evaluate(() => [Reflect.get(window, 'stolen'), document.querySelectorAll('img, iframe, body script:not([id])').length]),
    ).toEqual([undefined, 1]);
    expect(heard).toEqual([]);
  });

  it('cannot be made to run or load anything, even from inside', async () => {
    await open(busy);
    const refused = await page.evaluate(async () => {
      const results: string[] = [];
      try {
        document.body.innerHTML += '<p>';
      } catch (caught) {
        results.push((caught as Error).name);
      }
      await fetch('https://example.com/').catch((caught: Error) => results.push(caught.name));
      return results;
    });
    expect(refused).toEqual(['TypeError', 'TypeError']);
  });

  it('shows the failing line of the author, and leads from a place to its line', async () => {
    await open(busy);
    await page.locator('.line.failing').waitFor();
    expect(await page.locator('.line.failing').getAttribute('data-line')).toBe('3');
    await page.getByRole('tab', { name: 'other.js' }).click();
    expect(await page.locator('.line.failing').count()).toBe(0);
    await page.getByRole('button', { name: 'main.js:3:1' }).click();
    await page.locator('.line.current').waitFor();
    expect(await page.locator('.line.current').getAttribute('data-line')).toBe('3');
  });

  it('goes through the events of a line with the mark beside it', async () => {
    await open(busy);
    const mark = page.getByRole('button', { name: '2 events from line 2' });
    await mark.click();
    await details().getByRole('heading', { name: 'Request 1' }).waitFor();
    await mark.click();
    await details().getByRole('heading', { name: 'Request 2' }).waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    await open(busy);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await details().getByRole('heading', { name: 'Request 1' }).waitFor();
    expect(await details().textContent()).toContain('"answer": 42');
    await page.keyboard.press('/');
    await page.keyboard.type('timeout');
    await page.getByText('1 of 9 events').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('6 of 9 events').waitFor();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await details().getByText('gave up', { exact: true }).waitFor();
    await page.keyboard.press('Home');
    await details().getByText('stolen').first().waitFor();
    await page.keyboard.press('Escape');
    await details().getByRole('heading', { name: 'Result' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('zooms with keys and wheel, and lists what is in view', async () => {
    await open(busy);
    await page.getByRole('button', { name: 'In view' }).click();
    await timeline().focus();
    for (let times = 0; times < 4; times++) await page.keyboard.press('+');
    await page.getByText('3 of 9 events').waitFor();
    for (let times = 0; times < 20; times++) await page.keyboard.press('Shift+ArrowLeft');
    await page.getByText('1 of 9 events').waitFor();
    await page.keyboard.press('0');
    await page.getByText('6 of 9 events').waitFor();
    const box = (await timeline().boundingBox())!;
    // Where the last log line stands.
    await page.mouse.move(box.x + 14 + ((box.width - 28) * 95) / 102, box.y + 60);
    await page.keyboard.down('Control');
    for (let times = 0; times < 8; times++) await page.mouse.wheel(0, -60);
    await page.keyboard.up('Control');
    await page.getByText('1 of 9 events').waitFor();
  });

  it('moves with a drag, and zooms to what is marked with Shift', async () => {
    await open(busy);
    await page.getByRole('button', { name: 'In view' }).click();
    const box = (await timeline().boundingBox())!;
    const drag = async (from: number, to: number) => {
      await page.mouse.move(box.x + box.width * from, box.y + 150);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to, box.y + 150, { steps: 4 });
      await page.mouse.up();
    };
    await page.keyboard.down('Shift');
    await drag(0.9, 0.99);
    await page.keyboard.up('Shift');
    await page.getByText('1 of 9 events').waitFor();
    for (let times = 0; times < 12; times++) await drag(0.1, 0.9);
    await page.getByText('2 of 9 events').waitFor();
  });

  it('selects the request that is clicked in the timeline, and nothing where nothing is', async () => {
    await open(busy);
    // Along the axis of 102 ms, in the first row of requests.
    const click = async (ms: number, y: number) => {
      const box = (await timeline().boundingBox())!;
      await page.mouse.click(box.x + 14 + ((box.width - 28) * ms) / 102, box.y + y);
    };
    await click(30, 62);
    await details().getByRole('heading', { name: 'Request 1' }).waitFor();
    await click(65, 62);
    await details().getByRole('heading', { name: 'Result' }).waitFor();
  });

  it('stays usable with a thousand requests and two thousand log lines', async () => {
    await open({
      cost: { ...traceWith().cost, wallMs: 60_000 },
      effects: Array.from({ length: 1_000 }, (_, index) => effectWith(index + 1, index * 50, 900)),
      logs: Array.from({ length: 2_000 }, (_, index) => ({ level: 'info', message: `line ${index}.`, at: start + index * 30 })),
    });
    await page.getByText('3,000 events').waitFor();
    expect(await rows().count()).toBeLessThan(100);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await rows().filter({ hasText: 'line 1999.' }).waitFor();
    expect(await rows().count()).toBeLessThan(100);
    await page.getByRole('searchbox').fill('line 777. -1777');
    await page.getByText('1 of 3,000 events').waitFor();
    expect(await rows().allTextContents()).toEqual([expect.stringContaining('line 777')]);
  });

  it('fits a phone, and prints every event on light paper', async () => {
    await open(busy, { width: 360, dark: true });
    await drawn();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    expect(await rows().count()).toBe(6);
  });

  it.each(['light', 'dark'])('can be read in its %s colours, and every control has a name', async (scheme) => {
    await open(busy, { dark: scheme === 'dark' });
    await rows().nth(2).click();
    await details().getByRole('heading', { name: 'Request 2' }).waitFor();
    const faint = await page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const styles = getComputedStyle(document.documentElement);
      const light = (name: string) => {
        canvas.fillStyle = styles.getPropertyValue(name);
        canvas.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
          const part = byte / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const pairs = ['--text', '--quiet', '--good', '--notice', '--bad', '--info', '--accent'].flatMap((name) => [
        `${name} --surface`,
        `${name} --page`,
      ]);
      const soft = ['good', 'notice', 'bad', 'info'].map((name) => `--${name} --${name}-soft`);
      const code = ['comment', 'string', 'number', 'keyword', 'name'].map((name) => `--token-${name} --surface`);
      const bars = ['good', 'notice', 'bad', 'quiet-mark'].map((name) => `--text --${name}-bar`);
      const flame = ['0', '1', '2', '3', '4', '5', 'other'].map((name) => `--flame-text --flame-${name}`);
      return [...pairs, ...soft, ...code, ...bars, ...flame, '--quiet --sunken'].filter((pair) => {
        const [low, high] = pair
          .split(' ')
          .map(light)
          .toSorted((a, b) => a - b);
        return (high! + 0.05) / (low! + 0.05) < 4.5;
      });
    });
    expect(faint).toEqual([]);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, input, [role=group], [role=listbox], [role=region], section')]
        .filter((element) => !element.getAttribute('aria-label') && !element.textContent?.trim())
        .map((element) => element.outerHTML),
    );
    expect(nameless).toEqual([]);
  });
});
