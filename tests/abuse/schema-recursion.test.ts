import { compileCheck } from '#tasks/index.ts';
import { programOf } from '#testing/code-program.ts';
import { attack } from './attack.ts';

// A schema that refers to itself, on input as deep as JSON may be.
const schema = compileCheck({
  $ref: '#/$defs/node',
  $defs: { node: { anyOf: [{ type: 'number' }, { type: 'array', items: { $ref: '#/$defs/node' } }] } },
});
let deep: unknown = 1;
for (let i = 0; i < 3_000; i++) deep = [deep];
attack({
  name: 'a recursive schema on deep input',
  program: programOf('return () => 1', { input: schema }),
  input: deep,
  expect: ['none', 'INPUT_INVALID', 'CPU_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
attack({
  name: 'a recursive schema on deep output',
  program: programOf('return () => { let d = 1; for (let i = 0; i < 200000; i++) d = [d]; return d; }', { output: schema }),
  expect: ['OUTPUT_INVALID', 'CPU_LIMIT_EXCEEDED', 'OUTPUT_NOT_JSON', 'OUTPUT_TOO_LARGE', 'WORKER_CRASHED'],
});
