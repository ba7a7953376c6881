import { expect } from 'vitest';
import { attack } from './attack.ts';

// A promise made outside the realm has the host's Promise as its constructor, and a rejection may bring a host object.
attack({
  name: 'promises of the platform, and what they give, belong to the realm',
  code: `return async () => {
    const promises = [fetch('http://127.0.0.1:1/').then(() => {}), crypto.subtle.digest('SHA-256', new Uint8Array(3)), new Response('x').arrayBuffer(), new Response('[1]').json()];
    const found = [];
    for (const [i, promise] of promises.entries()) {
      if (!(promise instanceof Promise) || promise.constructor !== Promise) found.push(i + ' is a foreign promise');
      const value = await promise.catch((error) => error);
      if (!(value instanceof Object)) found.push(i + ' gives a foreign object');
      if (value.constructor.constructor !== Function) found.push(i + ' gives a foreign constructor');
    }
    return found;
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
