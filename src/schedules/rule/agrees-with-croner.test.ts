import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronLine } from '#testing/cron-lines.ts';
import { dateImpossible } from '../errors.ts';
import { compileRule, nextSlots } from './compile-rule.ts';

const start = Date.UTC(2026, 0, 1);

describe('cron lines in UTC', () => {
  it('come due when another reader of cron lines says, where both read the same into a line', () => {
    let compared = 0;
    fc.assert(
      fc.property(cronLine(), (line) => {
        const peer = read(line);
        if (!peer || meansOther(line)) return;
        let slots: number[];
        try {
          slots = nextSlots(compileRule({ kind: 'cron', expression: line, timeZone: 'UTC' }), start, 5);
        } catch (error) {
          if (!dateImpossible.is(error)) throw error;
          slots = [];
        }
        expect({ line, slots }).toEqual({ line, slots: peer.nextRuns(5, new Date(start)).map((date) => date.getTime()) });
        compared++;
      }),
      { numRuns: 1_500, seed: Number(process.env['RATCHET_CRON_SEED'] ?? 1) },
    );
    expect(compared).toBeGreaterThan(300);
  });
});

/** Null for what the other does not read, such as ranges that go round a corner. */
function read(line: string): Cron | null {
  try {
    return new Cron(line, { utcOffset: 0, paused: true, sloppyRanges: true });
  } catch {
    return null;
  }
}

/**
 * Two fields of days, one of which begins with a star but has a step: one of them suffices there, both have to fit here.
 * From Sunday to Sunday is the whole week there, and Sunday here.
 */
function meansOther(line: string): boolean {
  const fields = line.split(' ');
  const [day, , weekday] = fields.length === 5 ? fields.slice(2) : fields.slice(3);
  const isStepped = (field: string) => field.startsWith('*/');
  return isStepped(day!) || isStepped(weekday!) || /(?:SUN|\b0?0)-SUN/i.test(weekday!);
}
