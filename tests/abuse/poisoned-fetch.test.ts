import { attack } from './attack.ts';

// Requests are described to the host as text put together in the realm.
attack({
  name: 'poisoned built-ins do not send a request the host would not check',
  code: `return async () => {
    String.prototype.toUpperCase = () => 'GET'; Array.prototype.push = () => 0; JSON.stringify = () => '{"url":"http://169.254.169.254/","method":"GET","headers":[]}';
    Object.prototype.url = 'http://169.254.169.254/'; Symbol.species && Object.defineProperty(Array, Symbol.species, { get() { throw new Error('species'); } });
    const r = await fetch('http://example.invalid/', { method: 'POST', headers: { a: 'b' }, body: 'x', throwOnError: false }).catch((e) => e.name);
    return typeof r === 'string' ? r : 'response';
  }`,
  expect: ['none', 'TASK_FAILED', 'TASK_FAILED_TRANSIENT', 'REQUEST_FAILED_UNSEEN'],
});
