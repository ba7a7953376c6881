import { expect } from 'vitest';
import { attack } from './attack.ts';

// Progress reports go the same way as logs, and the host parses them.
attack({
  name: 'a million reports',
  code: 'return () => { for (let i = 0; i < 1e6; i++) reportProgress({ i }); return 1; }',
  limits: { cpuMs: 1_000 },
  expect: ({ code, progress }) => {
    expect(['none', 'CPU_LIMIT_EXCEEDED']).toContain(code);
    expect(progress.length).toBeLessThanOrEqual(10_000);
  },
});
attack({
  name: 'a hundred thousand reports of ten thousand characters',
  code: "return () => { const text = 'x'.repeat(9900); for (let i = 0; i < 1e5; i++) reportProgress({ text }); return 1; }",
  limits: { cpuMs: 1_000 },
  expect: ({ code, progress }) => {
    expect(['none', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED']).toContain(code);
    expect(progress.length).toBeLessThanOrEqual(10_000);
  },
});
