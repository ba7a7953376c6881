import { programOf } from '#testing/code-program.ts';
import { attack } from './attack.ts';

// The parser recurses, too, and it runs before any limit on the code does.
const nest = (open: string, close: string, depth: number) => `return () => ${open.repeat(depth)}1${close.repeat(depth)}`;
attack({
  name: 'a hundred thousand nested brackets in the source',
  program: programOf(nest('[', ']', 100_000)),
  expect: ['TASK_COMPILE_FAILED', 'TASK_FAILED', 'none', 'OUTPUT_NOT_JSON'],
});
attack({
  name: 'a hundred thousand nested functions in the source',
  program: programOf(nest('(() => ', ')()', 50_000)),
  expect: ['TASK_COMPILE_FAILED', 'TASK_FAILED', 'none'],
});
attack({
  name: 'a sum of a million terms',
  program: programOf(`return () => 1${' + 1'.repeat(500_000)}`),
  expect: ['TASK_COMPILE_FAILED', 'TASK_FAILED', 'none', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'nested text given to Function and eval',
  code: "return () => [Function, eval].map((run) => { try { return run('('.repeat(1e5) + ')'.repeat(1e5)) } catch (e) { return e.name } })",
  expect: ['none', 'TASK_FAILED'],
});
