import { expect } from 'vitest';
import { attack } from './attack.ts';

// The process shim is for code that reads process.env by habit; it must show nothing of the machine and take no change.
attack({
  name: 'the process shim shows nothing of the machine',
  code: `return () => {
    process.env.ADDED = '1';
    try { process.exit = 1; process.env = { A: 1 }; } catch {}
    return { env: process.env, argv: process.argv, pid: process.pid, ppid: process.ppid, kinds: ['exit', 'kill', 'binding', 'dlopen', 'getBuiltinModule', 'mainModule', 'execPath', '_linkedBinding', 'report', 'permission'].filter((name) => process[name] !== undefined),
      files: [typeof require, typeof Deno, typeof Bun, typeof importScripts, typeof XMLHttpRequest, typeof WebSocket, typeof Worker, typeof navigator].join() };
  }`,
  expect: ({ output }) => expect(output).toEqual({ env: {}, argv: [], pid: 0, kinds: [], files: Array(8).fill('undefined').join() }),
});
