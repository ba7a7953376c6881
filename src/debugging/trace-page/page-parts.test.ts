import { describe, expect, it } from 'vitest';
import { lanesOf, packRows } from './browser/lanes.ts';
import { marksOf } from './browser/line-marks.ts';
import { matching, type EventFilter } from './browser/match-event.ts';
import { jsonTokens, tokenLines } from './browser/tokens.ts';
import { padded, panned, showing, tickStep, ticks, wholeRange, within, zoomed } from './browser/view-range.ts';
import { eventsOf } from './events-of.ts';
import { bytesText, durationText, momentText } from './format.ts';
import { effectWith, traceWith } from './trace-harness.ts';

describe('the axis', () => {
  const view = { startMs: 20, endMs: 60 };
  it('zooms around a moment, which stays where it is', () => {
    expect(zoomed(view, 0.5, 30, 100)).toEqual({ startMs: 25, endMs: 45 });
    expect(zoomed(view, 0.5, 20, 100)).toEqual({ startMs: 20, endMs: 40 });
  });
  it('is never left, nor divided beyond what can be measured', () => {
    expect(zoomed(view, 100, 30, 100)).toEqual(wholeRange(100));
    const tiny = zoomed(view, 1e-9, 30, 100);
    expect(tiny.endMs - tiny.startMs).toBeCloseTo(0.01);
    expect(panned(view, -5, 100)).toEqual({ startMs: 0, endMs: 40 });
    expect(panned(view, 5, 100).endMs).toBe(102);
    expect(within({ startMs: 50, endMs: 40 }, 100).endMs).toBeGreaterThan(50);
  });
  it('moves as little as it must to show something', () => {
    expect(showing(view, { startMs: 30, endMs: 31 }, 100)).toBe(view);
    expect(showing(view, { startMs: 90, endMs: 92 }, 100)).toEqual({ startMs: 62, endMs: 102 });
    expect(showing(view, { startMs: 0, endMs: 90 }, 100)).toEqual({ startMs: 0, endMs: 102 });
  });
  it('gives a moment without length some room', () => {
    const { startMs, endMs } = padded({ startMs: 50, endMs: 50 }, 100);
    expect([startMs, endMs]).toEqual([49.5, 50.5]);
  });
  it('is marked at round moments', () => {
    expect(ticks({ startMs: 0, endMs: 102 }, tickStep({ startMs: 0, endMs: 102 }, 1000))).toEqual([0, 20, 40, 60, 80, 100]);
    const step = tickStep({ startMs: 19_910, endMs: 19_930 }, 1200);
    expect(ticks({ startMs: 19_910, endMs: 19_930 }, step).map((ms) => momentText(ms, step, 19_930))).toContain('19.912 s');
  });
});

describe('quantities', () => {
  it.each([
    [0, '0 ms'],
    [0.123, '0.12 ms'],
    [12.34, '12.3 ms'],
    [420.4, '420 ms'],
    [3_421, '3.42 s'],
    [125_000, '2 min 5 s'],
    [-3, '-3 ms'],
  ])('%d ms read %s', (ms, text) => expect(durationText(ms)).toBe(text));
  it('have units', () => expect([bytesText(512), bytesText(1536), bytesText(4_300_000)]).toEqual(['512 B', '1.5 KB', '4.1 MB']));
});

describe('rows of requests', () => {
  it('hold those that do not overlap, first come first served', () => {
    const spans = [
      { atMs: 0, endMs: 10 },
      { atMs: 2, endMs: 4 },
      { atMs: 4, endMs: 20 },
      { atMs: 10, endMs: 12 },
    ];
    expect(packRows(spans)).toEqual([0, 1, 1, 0]);
  });
  it('become thinner the more there are, and lanes without anything are not there', () => {
    const { events } = eventsOf(traceWith({ effects: [effectWith(1, 0, 1)] }));
    expect(lanesOf({ events, flame: [] }, 1)).toMatchObject([{ kind: 'request', rowHeight: 22 }]);
    expect(lanesOf({ events, flame: [] }, 1_000)[0]!.rowHeight).toBe(3);
  });
});

describe('a search', () => {
  const { events } = eventsOf(
    traceWith({
      effects: [
        effectWith(1, 0, 10, { url: 'https://a.example/Orders', response: { headers: [['x-trace', 'abc']], body: { text: 'needle' } } }),
        effectWith(2, 20, 10, { url: 'https://b.example/users', status: 503 }),
      ],
      logs: [{ level: 'warn', message: 'orders are late', at: 1_700_000_000_050 }],
      turns: ['r1', 'r2'],
    }),
  );
  const find = (filter: Partial<EventFilter>, view = { startMs: 0, endMs: 100 }) =>
    matching(events, { text: '', hidden: new Set(), onlyProblems: false, onlyInView: false, ...filter }, view).map(
      (number) => events[number]!.kind,
    );

  it('wants all words, in any case and order, and none with a minus', () => {
    expect(find({ text: 'ORDERS' })).toEqual(['request', 'log']);
    expect(find({ text: 'orders -late' })).toEqual(['request']);
    expect(find({ text: 'example 503' })).toEqual(['request']);
  });
  it('looks into headers and bodies', () => {
    expect(find({ text: 'needle' })).toEqual(['request']);
    expect(find({ text: 'x-trace: abc' })).toEqual(['request']);
  });
  it('can be limited to problems, to kinds, and to what the timeline shows', () => {
    expect(find({ onlyProblems: true })).toEqual(['request', 'log']);
    expect(find({ hidden: new Set(['wake', 'request']) })).toEqual(['log']);
    expect(find({ onlyInView: true }, { startMs: 40, endMs: 60 })).toEqual(['log']);
  });
});

describe('colouring', () => {
  const kinds = (code: string) =>
    tokenLines(code).map((line) => line.filter(({ kind }) => kind !== 'text').map(({ kind, text }) => [kind, text]));
  it('knows comments, texts, numbers and words', () => {
    expect(kinds('const a = 0x1F; // why\ncall("x")')).toEqual([
      [
        ['keyword', 'const'],
        ['number', '0x1F'],
        ['comment', '// why'],
      ],
      [
        ['name', 'call'],
        ['string', '"x"'],
      ],
    ]);
  });
  it('tells a division from a pattern', () => {
    expect(kinds('a / b / c')).toEqual([[]]);
    expect(kinds('return /[/"]+/g.test(x)')[0]).toContainEqual(['string', '/[/"]+/g']);
  });
  it('carries texts of several lines on, and never loses a character', () => {
    const code = '`one\ntwo` /* a\nb */ "open\n\'\\';
    expect(
      tokenLines(code)
        .map((line) => line.map(({ text }) => text).join(''))
        .join('\n'),
    ).toBe(code);
    expect(kinds(code)[1]![0]).toEqual(['string', 'two`']);
    const json = '{\n  "a": -1.5e3,\n  "b": [true, null, "x\\"y"]\n}';
    expect(
      jsonTokens(json)
        .map(({ text }) => text)
        .join(''),
    ).toBe(json);
    expect(
      jsonTokens(json)
        .filter(({ kind }) => kind !== 'text')
        .map(({ kind }) => kind),
    ).toEqual(['name', 'number', 'name', 'constant', 'constant', 'string']);
  });
});

describe('marks in the source', () => {
  it('gather what happened at a line', () => {
    const site = { file: 'main.js', line: 3, column: 1 };
    const { events } = eventsOf(traceWith({ effects: [1, 2].map((n) => effectWith(n, n, 1, { site: { ...site, function: 'main' } })) }));
    const error = {
      code: 'X',
      message: '',
      hint: '',
      errorClass: null,
      details: null,
      frames: [
        { ...site, line: 5, name: '' },
        { ...site, line: 3, name: '' },
      ],
    };
    const lines = marksOf({ events, error, hotLines: [{ file: 'main.js', line: 3, selfMs: 7 }] }).get('main.js')!;
    expect(lines.get(3)).toEqual({ events: [0, 1], selfMs: 7, isFailing: false, isOnStack: true });
    expect(lines.get(5)).toMatchObject({ isFailing: true });
  });
});
