import { attack } from './attack.ts';

// Every function of the platform reads its arguments; a proxy among them must neither hang the host nor reach it.
attack({
  name: 'proxies as arguments of every function of the platform',
  code: `return async () => {
    const hostile = () => new Proxy(function () {}, { get(t, k) { if (k === Symbol.toPrimitive) return () => { throw new Error('p') }; throw new Error('trap'); }, ownKeys() { throw new Error('keys') }, has() { throw new Error('has') }, getPrototypeOf() { throw new Error('proto') } });
    const tries = [() => console.log(hostile()), () => console.error({ a: hostile() }), () => console.table(hostile()), () => reportProgress(hostile()),
      () => fetch(hostile()), () => fetch('http://127.0.0.1:1/', hostile()), () => fetch('http://127.0.0.1:1/', { headers: hostile() }), () => fetch('http://127.0.0.1:1/', { body: hostile() }),
      () => setTimeout(hostile(), hostile()), () => clearTimeout(hostile()), () => new URL(hostile()), () => new URLSearchParams(hostile()), () => structuredClone(hostile()),
      () => atob(hostile()), () => btoa(hostile()), () => crypto.getRandomValues(hostile()), () => crypto.subtle.digest(hostile(), hostile()),
      () => new TextDecoder().decode(hostile()), () => new TextEncoder().encode(hostile()), () => new Headers(hostile()), () => new Response(hostile()), () => new Request(hostile()),
      () => AbortSignal.any(hostile()), () => AbortSignal.timeout(hostile()), () => new AbortController().abort(hostile()), () => queueMicrotask(hostile()), () => performance.now(hostile())];
    for (const attempt of tries) { try { const value = attempt(); if (value && typeof value.then === 'function') await value.then(() => {}, () => {}); } catch {} }
    return 'still here';
  }`,
  expect: ['none', 'TASK_FAILED', 'REQUEST_FAILED_UNSEEN', 'TASK_FAILED_TRANSIENT'],
});
