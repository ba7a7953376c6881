import { expect } from 'vitest';
import { attack } from './attack.ts';

// Replaced JSON functions must not forge an output, hide a failure, or lift a limit.
attack({
  name: 'a replaced JSON forges no output',
  code: "return () => { JSON.stringify = () => '\"forged\"'; JSON.parse = () => 'forged'; globalThis.JSON = null; return { real: 1 }; }",
  expect: ({ output }) => expect(output).toEqual({ real: 1 }),
});
attack({
  name: 'a toJSON on every prototype changes only what it may change',
  code: "return () => { for (const p of [Object, Array, String, Number, Boolean].map((c) => c.prototype)) p.toJSON = () => 'seven'; throw Object.assign(new Error('real'), { extra: { a: 1 } }); }",
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('real')]),
});
