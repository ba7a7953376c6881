import { attack } from './attack.ts';

// toJSON runs while the platform serialises.
attack({ name: 'a toJSON that never returns', code: 'return () => ({ toJSON() { for (;;); } })', expect: ['CPU_LIMIT_EXCEEDED'] });
attack({
  name: 'a toJSON that gives ever deeper values',
  code: 'return () => { const deeper = () => ({ a: { toJSON: deeper } }); return deeper(); }',
  expect: ['OUTPUT_NOT_JSON'],
});
attack({
  name: 'a toJSON on Object.prototype that gives itself',
  code: 'return () => { Object.prototype.toJSON = function () { return { again: this }; }; return { a: 1 }; }',
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'OUTPUT_NOT_JSON', 'OUTPUT_TOO_LARGE'],
});
