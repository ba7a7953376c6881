import { expect } from 'vitest';
import { attack } from './attack.ts';

// Counters, timers and group depth of the console are state, too.
const use = "console.count('a'); console.group('deep'); console.group(); console.time('t'); console.log('x');";
attack({
  name: 'counts and groups of the console begin anew in each execution',
  code: `return () => { ${use} return 1; }`,
  expect: ({ code, logs }) => {
    expect(code).toBe('none');
    expect(logs.find(({ message }) => message.includes('a:'))?.message ?? 'a: 1').toContain('a: 1');
  },
});
attack({
  name: 'replaced functions of the console are replaced for this execution only',
  code: "return () => { for (const name of Object.getOwnPropertyNames(console)) console[name] = () => { throw new Error('mine'); }; return 1; }",
  expect: ['none'],
});
