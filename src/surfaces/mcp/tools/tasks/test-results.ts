import { testTaskOperation } from '#task-tests/stored/operations.ts';
import { z } from 'zod';
import type { ToolContext } from '../../offer.ts';

/** How the tests of a task went, in short. */
export const TestResults = z.object({
  total: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  failures: z.array(z.object({ name: z.string(), message: z.string() })),
});

type Draft = z.input<typeof testTaskOperation.input>['draft'];

/** Runs the tests of a task, with a draft laid over it where one is given. */
export async function testResults(
  id: string,
  { ask, signal }: Pick<ToolContext, 'ask' | 'signal'>,
  draft?: Draft,
): Promise<z.output<typeof TestResults>> {
  const { total, passed, failed, skipped, tests } = await ask.call(
    testTaskOperation,
    { id, ...(draft === undefined ? {} : { draft }) },
    { signal },
  );
  const failures = tests.filter(({ status }) => status === 'FAILED').map(({ name, failures: why }) => ({ name, message: whyText(why) }));
  return { total, passed, failed, skipped, failures };
}

/** What was wrong with a test, with the places that differ. */
export function whyText(
  failures: readonly {
    readonly message: string;
    readonly details: readonly string[];
    readonly file: string | null;
    readonly line: number | null;
  }[],
): string {
  return failures
    .map(({ message, details, file, line }) => {
      const place = file === null ? '' : ` (${file}${line === null ? '' : `:${line}`})`;
      return [`${message}${place}`, ...details].join('; ');
    })
    .join('; ');
}
