import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

const fixed = { kind: 'fixed', atMs: 1_000_000, stepMs: 10 } as const;

describe('the clock', () => {
  it('shows real time when it is live, and notes every read', async () => {
    const before = Date.now();
    const { output, facts } = await runIn('() => [Date.now(), new Date().getTime(), Date.parse(Date()) > 0]');
    const [a, b] = output as number[];
    expect(a).toBeGreaterThanOrEqual(before);
    expect(b).toBeLessThanOrEqual(Date.now());
    expect(facts?.clock.reduce((sum, pair) => sum + pair[1], 0)).toBe(3);
  });

  it('starts where it is told and steps with every read', async () => {
    const code = `() => [Date.now(), +new Date(), new Date().toISOString(), Date()]`;
    const { output, facts } = await runIn(code, { clock: fixed });
    expect(output).toEqual([1_000_000, 1_000_010, '1970-01-01T00:16:40.020Z', new Date(1_000_030).toString()]);
    expect(facts?.clock).toEqual([[1_000_000, 1], [1_000_010, 1], [1_000_020, 1], [1_000_030, 1]]); // prettier-ignore
  });

  it('repeats a recording, and then stands still', async () => {
    const code = '() => [1, 2, 3, 4, 5, 6].map(() => Date.now())';
    const reads: [number, number][] = [[5, 2], [9, 1], [7, 1]]; // prettier-ignore
    const { output, facts } = await runIn(code, { clock: { kind: 'recorded', reads } });
    expect(output).toEqual([5, 5, 9, 7, 7, 7]);
    expect(facts?.clock).toEqual([[5, 2], [9, 1], [7, 3]]); // prettier-ignore
  });

  it('gives a recording that reproduces a run', async () => {
    const code = `() => [Date.now(), performance.now(), performance.timeOrigin, Date.now(), new Intl.DateTimeFormat('en', { timeStyle: 'long' }).format()]`;
    const first = await runIn(code, { clock: { kind: 'fixed', atMs: 5_000, stepMs: 1_000 } });
    const again = await runIn(code, { clock: { kind: 'recorded', reads: first.facts?.clock ?? [] } });
    expect(again.output).toEqual(first.output);
  });

  it('is cut when there are too many reads, not when they are all the same', async () => {
    const many = await runIn('() => { for (let i = 0; i < 100005; i++) Date.now(); }', { clock: fixed });
    expect(many.facts).toMatchObject({ clockCut: true });
    expect(many.facts?.clock.length).toBe(100_000);
    const same = await runIn('() => { for (let i = 0; i < 200000; i++) Date.now(); }', { clock: { ...fixed, stepMs: 0 } });
    expect(same.facts).toMatchObject({ clockCut: false, clock: [[1_000_000, 200_000]] });
  });

  it('is also what performance and Intl show', async () => {
    const code = `() => [performance.now(), performance.now(), performance.timeOrigin, new Intl.DateTimeFormat('en', { timeZone: 'UTC', timeStyle: 'medium' }).format().replace(/\\s/g, ' '),
      new Intl.DateTimeFormat('en', { timeZone: 'UTC', second: 'numeric' }).formatToParts()[0].value, new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(0)]`;
    expect((await runIn(code, { clock: fixed })).output).toEqual([10, 20, 1_000_000, '12:16:40 AM', '40', '1/1/1970']);
  });
});

it('is one whichever global a task takes it from first', async () => {
  const code = `() => { const p = performance.now(); const d = new Date(5); const again = Date; return [p, d.constructor === again, Intl === Intl, performance === performance] }`;
  expect((await runIn(code, { clock: fixed })).output).toEqual([10, true, true, true]);
});

describe('Date', () => {
  it('stays itself otherwise', async () => {
    const code = `() => {
      class Later extends Date { plus(n) { return new Later(this.getTime() + n) } }
      const later = new Later(5).plus(5);
      return [new Date(0) instanceof Date, later instanceof Later, later instanceof Date, later.getTime(), Date.UTC(2020, 1), Date.parse('2020-01-01T00:00:00Z'),
        Date.name, Date.length, new Date(2020, 0).getFullYear(), new Date(NaN).getTime() === NaN, new Date().constructor === Date,
        Object.prototype.toString.call(new Date()), JSON.stringify({ d: new Date(0) }), typeof Date(), Reflect.construct(Date, [7]).getTime()]
    }`;
    expect((await runIn(code)).output).toEqual([
      true,
      true,
      true,
      10,
      Date.UTC(2020, 1),
      1577836800000,
      'Date',
      7,
      2020,
      false,
      true,
      '[object Date]',
      '{"d":"1970-01-01T00:00:00.000Z"}',
      'string',
      7,
    ]);
  });

  it('leaves no way to the real clock', async () => {
    const code = `() => { const stolen = new Date().constructor; return [stolen.now(), new stolen().getTime(), Reflect.construct(Object.getPrototypeOf(new Date(0)).constructor, []).getTime()] }`;
    expect((await runIn(code, { clock: { ...fixed, stepMs: 0 } })).output).toEqual([1_000_000, 1_000_000, 1_000_000]);
  });
});
