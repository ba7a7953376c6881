import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealmHarness } from './realm-harness.ts';

const realm = new RealmHarness();
const inRealm = async (code: string, input?: unknown) =>
  (await realm.run(`(input) => { ${code} }`, { input, limits: { outputChars: 1e7 } })).output;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string().map((s) => s.repeat(500)),
);

describe('TextEncoder and TextDecoder', () => {
  it('encode as Node does', async () => {
    const texts = fc.sample(anyText, { numRuns: 200, seed: 1 }).concat('\ud800', 'a\udc00b', 'ü'.repeat(5000), '\uFEFFx');
    const encoded = await inRealm(`const e = new TextEncoder(); return input.map((t) => [...e.encode(t)])`, texts);
    expect(encoded).toEqual(texts.map((t) => [...new TextEncoder().encode(t)]));
  });

  it.each([{}, { fatal: true }, { ignoreBOM: true }])('decode as Node does with %o', async (options) => {
    const samples = fc
      .sample(fc.uint8Array({ maxLength: 20 }), { numRuns: 300, seed: 2 })
      .map((bytes) => [...bytes])
      .concat([[0xef, 0xbb, 0xbf, 65], [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], [], [0xe2, 0x82], Array.from({ length: 6000 }, () => 65)]);
    const decoded = await inRealm(
      `const d = new TextDecoder('utf-8', ${JSON.stringify(options)}); return input.map((b) => { try { return d.decode(new Uint8Array(b)) } catch (e) { return e.name } })`,
      samples,
    );
    const expected = samples.map((bytes) => {
      try {
        return new TextDecoder('utf-8', options).decode(new Uint8Array(bytes));
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(decoded).toEqual(expected);
  });

  it('decode in pieces', async () => {
    const bytes = [...new TextEncoder().encode('\uFEFFaü€😀z')];
    const code = `const d = new TextDecoder(); let text = ''; for (const b of input) text += d.decode(new Uint8Array([b]), { stream: true }); return [text + d.decode(), d.encoding]`;
    expect(await inRealm(code, bytes)).toEqual(['aü€😀z', 'utf-8']);
    expect(await inRealm(`try { new TextDecoder('utf-16') } catch (e) { return e.name }`)).toBe('RangeError');
    expect(await inRealm(`const t = new Uint8Array(4); return [new TextEncoder().encodeInto('aü€', t), [...t]]`)).toEqual([
      { read: 2, written: 3 },
      [97, 195, 188, 0],
    ]);
  });
});

describe('atob and btoa', () => {
  it('agree with Node', async () => {
    const binary = fc.sample(fc.uint8Array({ maxLength: 30 }), { numRuns: 200, seed: 3 }).map((b) => String.fromCharCode(...b));
    const code = `return input.map((t) => { const b = btoa(t); return [b, atob(b) === t] })`;
    expect(await inRealm(code, binary)).toEqual(binary.map((t) => [btoa(t), true]));
  });

  it('agree with Node about what is not base64', async () => {
    const texts = [
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'ab==',
      'ab=',
      'a===',
      '=',
      ' Y W J j ',
      'YWJj\n',
      'YW-_',
      'YWI=YWI=',
      'ü',
      '====',
      'abcde',
    ];
    const attempt = (t: string): string => {
      try {
        return atob(t);
      } catch (error) {
        return (error as Error).name;
      }
    };
    const code = `return input.map((t) => { try { return atob(t) } catch (e) { return e.name } })`;
    expect(await inRealm(code, texts)).toEqual(texts.map(attempt));
    expect(await inRealm(`try { btoa('€') } catch (e) { return e.name }`)).toBe('InvalidCharacterError');
  });
});
