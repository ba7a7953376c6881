import type { Executions } from '#executions/index.ts';
import type { Settings } from '#kernel/index.ts';
import { readTestCases, runCase } from '#task-tests/index.ts';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';
import type { TestTask } from '#tasks/catalogue/index.ts';

/** Runs the tests of a task that is to be stored, in the sandbox and with their mocks. */
export function testTaskWith(parts: { readonly executions: Executions; readonly settings: Settings }): TestTask {
  return async (files) => {
    const task = await loadFrom(filesFromMemory('new task', files));
    const cases = readTestCases(task);
    const signal = new AbortController().signal;
    const failures: { name: string; message: string }[] = [];
    let passed = 0;
    for (const test of cases) {
      if (test.kind !== 'case') {
        failures.push({ name: test.file, message: test.message });
        continue;
      }
      const { report } = await runCase(parts, task, test, { signal });
      if (report.state === 'passed') passed++;
      else if (report.state === 'failed')
        failures.push({ name: test.file, message: (report.failures ?? []).map(({ message }) => message).join('; ') });
    }
    return { passed, failed: failures.length, failures };
  };
}
