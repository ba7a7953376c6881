import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { transformTypeScript } from './bundle.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Processes of the compiler that belong to this one. */
function compilers(): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/stat`, 'utf8')];
      } catch {
        return [];
      }
    });
  return stats.filter((stat) => / \(esbuild\) [^Z] /.test(stat) && Number(stat.split(') ')[1]!.split(' ')[1]) === process.pid).length;
}

it.skipIf(process.platform !== 'linux')('the compiler ends some seconds after the last task, and starts again with the next', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await transformTypeScript('main.ts', 'const a: number = 1;');
  expect(compilers()).toBe(1);
  vi.advanceTimersByTime(4_000);
  await transformTypeScript('main.ts', 'const a: number = 2;');
  vi.advanceTimersByTime(4_000);
  expect(compilers()).toBe(1);
  vi.advanceTimersByTime(1_500);
  await vi.waitFor(() => expect(compilers()).toBe(0));
  expect((await transformTypeScript('main.ts', 'const a: number = 3;')).code).toContain('const a = 3;');
});
