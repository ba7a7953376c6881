import { attack } from './attack.ts';

// What comes out of the sandbox is held by the host, and by whoever asked.
attack({
  name: 'an output larger than is allowed',
  code: "return () => Array.from({ length: 300 }, () => 'x'.repeat(100000))",
  expect: ['OUTPUT_TOO_LARGE'],
});
attack({
  name: 'a small output that shares its parts a thousand million times',
  code: 'return () => { let a = [1]; for (let i = 0; i < 30; i++) a = [a, a]; return a; }',
  expect: ['OUTPUT_TOO_LARGE', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'an output of control characters that grows sixfold as JSON',
  code: "return () => '\\u0001'.repeat(4e6)",
  expect: ['OUTPUT_TOO_LARGE', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED'],
  crashes: true,
});
attack({ name: 'an output of lone surrogates', code: "return () => ['\\ud800'.repeat(1000), { '\\udfff': 1 }]", expect: ['none'] });
