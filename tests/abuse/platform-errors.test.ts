import { expect } from 'vitest';
import { attack } from './attack.ts';

// Errors made outside the realm and thrown into it would carry the host's constructors: the way out of Node's vm module.
attack({
  name: 'errors of the platform are errors of the realm',
  code: `return async () => {
    const causes = {
      url: () => new URL('::'),
      base64: () => atob('%'),
      timer: () => setTimeout('text'),
      clone: () => structuredClone(() => {}),
      random: () => crypto.getRandomValues(new Uint8Array(1e6)),
      digest: () => crypto.subtle.digest('MD5', new Uint8Array(1)),
      fetch: () => fetch(Symbol()),
      refused: () => fetch('http://127.0.0.1:1/').then((r) => r.text()),
      badUrl: () => fetch('not a url').status,
      deep: () => { let left = 50; const f = () => { try { f(); } catch (error) { if (left-- < 0) throw error; new URL('http://a/'); f(); } }; f(); },
    };
    const strangers = [];
    for (const [name, cause] of Object.entries(causes)) {
      let thrown = null;
      try { await cause(); } catch (error) { thrown = error; }
      if (thrown === null) { strangers.push(name + ' did not throw'); continue; }
      for (let p = thrown; p !== null; p = Object.getPrototypeOf(p)) {
        const maker = p.constructor;
        if (typeof maker === 'function' && maker.constructor !== Function) strangers.push(name + ' has a constructor from elsewhere');
      }
      if (!(thrown instanceof Error)) strangers.push(name + ' is no Error of this realm');
      if (thrown.constructor.constructor('return typeof require')() !== 'undefined') strangers.push(name + ' leads out');
      if (/node:|\\/src\\/|isolated-vm/.test(String(thrown.stack))) strangers.push(name + ' names our files: ' + thrown.stack);
    }
    return strangers;
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
