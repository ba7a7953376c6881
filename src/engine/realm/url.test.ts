import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealmHarness } from './realm-harness.ts';

const realm = new RealmHarness();
const fields = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'] as const;
const show = `(u) => u === null ? null : ${JSON.stringify(fields)}.map((f) => u[f])`;
const inRealm = async (code: string, input: unknown) =>
  (await realm.run(`(input) => { const show = ${show}; ${code} }`, { input, limits: { outputChars: 1e7 } })).output;
const shown = (url: URL | null) => (url === null ? null : fields.map((field) => url[field]));

const list = [
  'http://example.com', 'https://example.com/', 'http://EXAMPLE.com/a/../b/./c', 'http://example.com:80/', 'https://example.com:443', 'http://example.com:8080/x?y#z',
  'http://user:pa%20ss@h/', 'http://127.0.0.1/', 'http://127.1/', 'http://0x7f.1/', 'http://2130706433/', 'http://0177.0.0.1', 'http://[::1]:8/', 'http://h.0x1', 'http://1.2.3',
  'http://a.b.c/d?e=f&g=%20 h#i j', 'http://münchen.de/ü?ü#ü', 'http://xn--mnchen-3ya.de', 'http://xn--a', 'ftp://f/', 'file:///etc/passwd', 'mailto:a@b', 'data:text/plain,hi',
  'javascript:alert(1)', '//x', '/path', 'x', '', ' http://h ', 'http://', 'http://h:99999', 'http://h:0', 'http://h:010/', 'http://h/?', 'http://h/#', 'http://h/?#', 'http://h?q', 'http://a_b.c/',
  'http://-a/', 'http://a-/', 'http://a..b/', 'http://a./', 'http://h/a|b^c`{}"<>', "http://h/?a'b", 'http://h\\a\\b', 'http://h/%zz', 'http://h/%2e%2e/x', 'http://h/.', 'http://h/..', 'http://h/a/..',
  'ws://h/', 'http://' + 'a'.repeat(64) + '.de/', 'http://ab--cd.de/', 'https://a.b:8443/p;q=1,2@3:4?x[]=1#$', 'http://h/~u/(x)!*', 'HTTP://h/', 'http://h:1/', 'http://h:65535/', 'http://h:6553/', 'http://b.7/', 'http://a7.b7/', 'http://de-1.com/',
]; // prettier-ignore

describe('URL', () => {
  it('parses as Node does', async () => {
    const code = `return input.map((t) => [show(URL.parse(t)), URL.canParse(t)])`;
    expect(await inRealm(code, list)).toEqual(list.map((t) => [shown(URL.parse(t)), URL.canParse(t)]));
  });

  it('resolves against a base as Node does', async () => {
    const code = `return input.map((t) => show(URL.parse(t, 'http://base.de/dir/file?q#h')))`;
    expect(await inRealm(code, list)).toEqual(list.map((t) => shown(URL.parse(t, 'http://base.de/dir/file?q#h'))));
  });

  it('agrees with Node about anything', async () => {
    const piece = fc.constantFrom(
      'http', 'https', '://', ':', '/', '.', '..', '?', '#', '@', '%', '%41', 'a', 'b.c', 'xn--', '0', '7', '80', '443', 'ü', ' ', '-', '_', '&', '=', '+', '[', ']', '\\', 'localhost', 'x.y:81/', '~', "'", '"', '|', 'A',
    ); // prettier-ignore
    const urls = fc.array(piece, { maxLength: 12 }).map((p) => p.join(''));
    const texts = fc.sample(fc.oneof(urls, urls.map((t) => `http://${t}`), urls.map((t) => `https://h.de/${t}`), fc.webUrl({ withQueryParameters: true, withFragments: true })), { numRuns: 3_000, seed: 4 }); // prettier-ignore
    const output = (await inRealm(`return input.map((t) => show(URL.parse(t)))`, texts)) as unknown[];
    for (const [index, text] of texts.entries()) expect([text, output[index]]).toEqual([text, shown(URL.parse(text))]);
  });

  it('changes as Node’s does', async () => {
    const changes = [['href', 'http://x/'], ['protocol', 'ftp'], ['username', 'ü'], ['password', ''], ['host', 'new:9'], ['hostname', 'n.de'], ['port', '81'], ['port', 'no'], ['pathname', 'a b'], ['search', 'q=1'], ['search', ''], ['hash', 'h h'], ['host', '']] as const; // prettier-ignore
    const code = `return input.map(([k, v]) => { const u = new URL('https://user:pw@old.de:8080/p?s#h'); u[k] = v; return show(u) })`;
    const expected = changes.map(([key, value]) => {
      const url = new URL('https://user:pw@old.de:8080/p?s#h');
      url[key] = value;
      return shown(url);
    });
    expect(await inRealm(code, changes)).toEqual(expected);
    expect(await inRealm(`const u = new URL('http://h/'); try { u.href = 'no' } catch (e) { return [e.name, e.code, u.href] }`, 0)).toEqual(
      ['TypeError', 'ERR_INVALID_URL', 'http://h/'],
    );
  });

  it('has live searchParams in both directions', async () => {
    const code = `const u = new URL('http://h.de/?a=1&b=2'); const p = u.searchParams; p.append('c', 'ü x'); const first = u.href; u.search = '?z=9'; p.delete('a');
      return [first, [...p], p === u.searchParams, String(u), JSON.stringify({ u }), u instanceof URL, Object.prototype.toString.call(u)]`;
    expect(await inRealm(code, 0)).toEqual([
      'http://h.de/?a=1&b=2&c=%C3%BC+x',
      [['z', '9']],
      true,
      'http://h.de/?z=9',
      '{"u":"http://h.de/?z=9"}',
      true,
      '[object URL]',
    ]);
  });

  it('throws for what is not a URL', async () => {
    expect(await inRealm(`try { new URL('no') } catch (e) { return [e instanceof TypeError, e.message, e.code, e.input] }`, 0)).toEqual([
      true,
      'Invalid URL',
      'ERR_INVALID_URL',
      'no',
    ]);
  });
});

describe('URLSearchParams', () => {
  it('parses and writes as Node does', async () => {
    // Apart, because Node mangles a bare character beyond ASCII where it stands beside a broken percent sequence; the standard does not.
    const broken = ['a', 'b', '=', '&', '+', '%20', '%', '%zz', '%C3%BC', '%C3', '?', '~', '!', "'", '(', '*', '%EF%BB%BF', '\0'];
    const beyond = ['a', '=', '&', '+', '%20', '%C3%BC', 'ü', ' ', '\u{1F600}'];
    const madeOf = (pieces: string[]) => fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((p) => p.join(''));
    const texts = fc.sample(fc.oneof(madeOf(broken), madeOf(beyond)), { numRuns: 1_000, seed: 5 });
    const output = (await inRealm(
      `return input.map((t) => { const p = new URLSearchParams(t); return [[...p], String(p)] })`,
      texts,
    )) as unknown[];
    for (const [index, text] of texts.entries()) {
      const params = new URLSearchParams(text);
      expect([text, output[index]]).toEqual([text, [[...params], String(params)]]);
    }
  });

  it('has the standard methods', async () => {
    const body = `const p = new URLSearchParams(input); const each = []; p.forEach((v, k) => each.push(k + v)); p.append('c', 'x'); p.append('a', '0'); const had = [p.size, p.get('a'), p.getAll('a'), p.get('none'), p.has('b'), p.has('a', '9')];
      p.set('a', 'only'); p.delete('c', 'y'); const mid = String(p); p.delete('c'); p.sort(); return [each, had, mid, String(p), [...p.keys()], [...p.values()], [...p.entries()]]`;
    const inNode = new Function('input', body) as (input: unknown) => unknown;
    for (const input of [
      'b=2&a=1&a=3',
      { b: '2', a: 1 },
      [
        ['b', '2'],
        ['a', '1'],
      ],
      '?a=1',
    ]) {
      // prettier-ignore
      expect(await inRealm(body, input)).toEqual(JSON.parse(JSON.stringify(inNode(input))));
    }
  });
});
