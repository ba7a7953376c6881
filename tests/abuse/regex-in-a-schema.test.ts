import { compileCheck } from '#tasks/index.ts';
import { programOf } from '#testing/code-program.ts';
import { attack } from './attack.ts';

// Schemas come from the same stranger as the code, and are checked outside the task's own realm.
const pattern = compileCheck({ type: 'string', pattern: '^(a+)+$' });
const evil = `${'a'.repeat(60)}!`;
attack({
  name: 'a pattern in the input schema that backtracks for ever',
  program: programOf('return () => 1', { input: pattern }),
  input: evil,
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a pattern in the output schema that backtracks for ever',
  program: programOf(`return () => ${JSON.stringify(evil)}`, { output: pattern }),
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'uniqueItems over a long array of objects',
  program: programOf('return () => Array.from({ length: 20000 }, (_, i) => ({ i }))', {
    output: compileCheck({ type: 'array', uniqueItems: true }),
  }),
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
