import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

describe('randomness', () => {
  const code = `() => [Array.from({ length: 5 }, () => Math.random()), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]]`;

  it('is the same for the same seed', async () => {
    const [a, b] = [await runIn(code), await runIn(code)];
    expect(a.output).toEqual(b.output);
  });

  it('differs for another seed', async () => {
    const a = await runIn(code);
    const b = await runIn(code, { seed: 'f'.repeat(63) + '0' });
    const draws = (x: typeof a) => (x.output as number[][])[0];
    expect(draws(a)).not.toEqual(draws(b));
  });

  it('lies evenly between 0 and 1', async () => {
    const outcome = await runIn(`() => { const n = new Array(10).fill(0); let least = 1, most = 0;
      for (let i = 0; i < 20000; i++) { const x = Math.random(); n[Math.floor(x * 10)]++; least = Math.min(least, x); most = Math.max(most, x) } return { n, least, most } }`);
    const { n, least, most } = outcome.output as { n: number[]; least: number; most: number };
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThan(1);
    for (const count of n) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });

  it('works for a seed of zeros', async () => {
    const { output } = await runIn(`() => new Set([1, 2, 3].map(() => Math.random())).size`, { seed: '0'.repeat(64) });
    expect(output).toBe(3);
  });
});

describe('crypto', () => {
  it('makes version 4 UUIDs', async () => {
    const { output } = await runIn(`() => Array.from({ length: 100 }, () => crypto.randomUUID())`);
    for (const id of output as string[]) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('fills typed arrays of any integer type, and no more than 65536 bytes', async () => {
    const code = `() => { const view = new Uint32Array(4); const same = crypto.getRandomValues(view.subarray(1, 3)); const names = [];
      for (const bad of [new Uint8Array(65537), new Float32Array(1), {}]) try { crypto.getRandomValues(bad) } catch (e) { names.push(e.name) }
      return [same.length, view[0], view[3], view[1] > 0, crypto.getRandomValues(new Uint8Array(65536)).length, names] }`;
    expect((await runIn(code)).output).toEqual([2, 0, 0, true, 65536, ['QuotaExceededError', 'TypeError', 'TypeError']]);
  });

  it('digests as Node does', async () => {
    const code = `async () => { const out = {}; for (const name of ['SHA-1', 'sha-256', 'SHA-384', { name: 'SHA-512' }])
      out[name.name ?? name] = [...new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode('abc').subarray(1)))]; return out }`;
    const output = (await runIn(code)).output as Record<string, number[]>;
    for (const [name, bytes] of Object.entries(output)) {
      expect(bytes).toEqual([...new Uint8Array(await webcrypto.subtle.digest(name, Buffer.from('bc')))]);
    }
    const unknown = await runIn(`() => crypto.subtle.digest('MD5', new ArrayBuffer(1))`);
    expect(unknown.failure).toMatchObject({ name: 'NotSupportedError' });
  });
});
