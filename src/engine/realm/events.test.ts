import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

const output = async (body: string) => (await runIn(`async () => { ${body} }`)).output;

describe('AbortController and AbortSignal', () => {
  it('aborts once, with a reason and an event', async () => {
    const body = `const c = new AbortController(); const seen = []; c.signal.onabort = (e) => seen.push('on', e.type); c.signal.addEventListener('abort', () => seen.push('listener'));
      c.abort(); c.abort('again'); try { c.signal.throwIfAborted() } catch (e) { seen.push(e.name, e.code, e instanceof DOMException, e instanceof Error) } return [c.signal.aborted, seen]`;
    expect(await output(body)).toEqual([true, ['on', 'abort', 'listener', 'AbortError', 20, true, true]]);
  });

  it('knows timeout, any and abort, and is not made by hand', async () => {
    const body = `const c = new AbortController(); const any = AbortSignal.any([c.signal, AbortSignal.timeout(1e6)]); const before = any.aborted; c.abort('why');
      const late = AbortSignal.timeout(1); await new Promise((done) => late.addEventListener('abort', done)); let made; try { made = new AbortSignal() } catch (e) { made = e.name }
      return [before, any.aborted, any.reason, late.reason.name, AbortSignal.abort(5).reason, made, c.signal instanceof EventTarget]`;
    expect(await output(body)).toEqual([false, true, 'why', 'TimeoutError', 5, 'TypeError', true]);
  });
});

describe('EventTarget', () => {
  it('calls listeners in order, once where asked, and can be stopped', async () => {
    const body = `const t = new EventTarget(); const seen = []; const f = (e) => seen.push('f' + e.detail); t.addEventListener('x', f); t.addEventListener('x', f);
      t.addEventListener('x', { handleEvent(e) { seen.push('o'); e.preventDefault() } }, { once: true }); t.addEventListener('x', (e) => { if (e.detail === 2) e.stopImmediatePropagation() }); t.addEventListener('x', () => seen.push('end'));
      const a = t.dispatchEvent(new CustomEvent('x', { detail: 1, cancelable: true })); const b = t.dispatchEvent(new CustomEvent('x', { detail: 2 })); t.removeEventListener('x', f); t.dispatchEvent(new CustomEvent('x')); return [seen, a, b]`;
    expect(await output(body)).toEqual([['f1', 'o', 'end', 'f2', 'end'], false, true]);
  });
});
