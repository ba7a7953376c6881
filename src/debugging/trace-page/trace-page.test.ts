import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import buildTracePage from '../../../scripts/build-trace-page.ts';
import type { PageData } from './page-data.ts';
import { effectWith, traceWith } from './trace-harness.ts';
import { embeddedJson, tracePage } from './trace-page.ts';

const hostile = `</script><script>alert(1)</script><!--\u2028\u2029\0"'&\ud800`;

function dataIn(page: string): PageData {
  return JSON.parse(/<script type="application\/json" id="trace">(.*?)<\/script>/s.exec(page)![1]!) as PageData;
}

describe('a trace page', () => {
  it('carries a script and a style that were built from their sources', async () => {
    const isStale = await buildTracePage(true);
    expect(isStale, 'run `npm run generate`').toBe(false);
  });

  it('holds hostile texts as data, wherever they stand, and gives them back unchanged', () => {
    const page = tracePage(
      traceWith({
        task: { uuid: hostile, version: hostile, label: hostile },
        input: { [hostile]: hostile },
        logs: [{ level: 'info', message: hostile, at: 1_700_000_000_001 }],
        effects: [effectWith(1, 0, 1, { url: hostile, response: { headers: [[hostile, hostile]], body: { text: hostile } } })],
        sources: { [hostile]: hostile },
      }),
    );
    // Two scripts and the data: nothing of the trace ended one or began another.
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain('<!--');
    const data = dataIn(page);
    expect(data.sources).toEqual([{ path: hostile, text: hostile, omittedLines: 0 }]);
    expect(data.events).toMatchObject([
      { kind: 'request', url: hostile },
      { kind: 'log', message: { text: hostile } },
    ]);
  });

  it('allows exactly the script and the style it carries, and nothing from anywhere', () => {
    const page = tracePage(traceWith());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const script = /<script>([^]*?)<\/script>\n<\/body>/.exec(page)![1]!;
    const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
    expect(policy).toContain(`default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)};`);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.replaceAll(/<script[^]*?<\/script>/g, '')).not.toMatch(/(?:src|href)="(?!data:)/);
  });

  it('puts the author and his code first, and the error with its place', () => {
    const data = dataIn(
      tracePage(
        traceWith({
          state: 'failed',
          output: null,
          error: {
            code: 'TASK_FAILED',
            message: 'no',
            hint: 'Correct it.',
            data: {
              errorClass: 'RangeError',
              message: 'no',
              stack: 'x',
              frames: [{ function: 'main', file: 'main.js', line: 3, column: 9 }, { file: 7 }],
              fields: {},
              status: 404,
            },
          },
          sources: { 'metadata.json': '{}', 'main.js': 'a\nb\nc' },
        }),
      ),
    );
    expect(data.sources.map(({ path }) => path)).toEqual(['main.js', 'metadata.json']);
    expect(data.error).toMatchObject({ errorClass: 'RangeError', frames: [{ name: 'main', file: 'main.js', line: 3, column: 9 }] });
    expect(JSON.parse(data.error!.details!.text)).toEqual({ status: 404 });
    expect(data.output).toBeNull();
  });

  it('has an axis that holds everything, even for an execution that took no time', () => {
    const noTime = { ...traceWith().cost, wallMs: 0 };
    expect(dataIn(tracePage(traceWith({ cost: noTime }))).totalMs).toBeGreaterThan(0);
    expect(dataIn(tracePage(traceWith({ cost: noTime, effects: [effectWith(1, 10, 90)] }))).totalMs).toBe(100);
  });
});

describe('JSON inside a page', () => {
  it('has no character that a parser of HTML or of old scripts stops at', () => {
    const text = embeddedJson({ a: hostile });
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual({ a: hostile });
  });
});
