import { z } from 'zod';

/** What one check found. */
export const Finding = z.object({
  name: z.string().describe('What was looked at.'),
  state: z.enum(['ok', 'warning', 'failed']),
  detail: z.string().describe('What was found, with the value.'),
  advice: z.string().nullable().describe('What to do next; null when nothing is wrong.'),
});
export type Finding = z.infer<typeof Finding>;

/** What a check answers; an error that it throws counts as failed. */
export type CheckAnswer = Omit<Finding, 'name'>;

/** One thing to look at. Changes nothing. */
export interface Check {
  name: string;
  run(): Promise<CheckAnswer>;
}

export interface Doctor {
  examine(): Promise<Finding[]>;
}

/** Looks at everything, whatever fails; a check that does not come back counts as failed after `timeoutMs`. */
export function createDoctor(checks: readonly Check[], timeoutMs = 20_000): Doctor {
  return {
    examine: () => Promise.all(checks.map(async (check) => ({ name: check.name, ...(await outcome(check, timeoutMs)) }))),
  };
}

async function outcome(check: Check, timeoutMs: number): Promise<CheckAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckAnswer>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, failed(`no answer within ${timeoutMs} ms`, 'Run it again when the machine is less busy.'));
  });
  try {
    return await Promise.race([check.run(), late]);
  } catch (caught) {
    return failed(caught instanceof Error ? caught.message : String(caught), 'See the message; run again with --log-level debug for more.');
  } finally {
    clearTimeout(timer);
  }
}

export function ok(detail: string): CheckAnswer {
  return { state: 'ok', detail, advice: null };
}

export function warning(detail: string, advice: string): CheckAnswer {
  return { state: 'warning', detail, advice };
}

export function failed(detail: string, advice: string): CheckAnswer {
  return { state: 'failed', detail, advice };
}
