import { attack } from './attack.ts';

// A regular expression is a program of its own, run by an engine that in other places cannot be interrupted.
attack({
  name: 'a regular expression that backtracks for ever',
  code: 'return () => /^(a+)+$/.test("a".repeat(60) + "!")',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'one inside replace, match, split and search',
  code: 'return () => ["replace", "split", "search", "match"].map((name) => ("a".repeat(60) + "!")[name](/(a|aa)+$/, ""))',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a look-behind that backtracks',
  code: 'return () => /(?<=^(a+)+)b/.test("a".repeat(60) + "c")',
  expect: ['CPU_LIMIT_EXCEEDED', 'none'],
});
