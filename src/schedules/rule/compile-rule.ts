import { cronInvalid, dateImpossible, intervalInvalid, timeInvalid } from '../errors.ts';
import type { CronFields } from './cron-fields.ts';
import { describeCron, describeInterval } from './describe.ts';
import { nextLocal } from './next-local.ts';
import { nextSlot } from './next-slot.ts';
import { parseCron } from './parse-cron.ts';
import { longestIntervalMs, readInterval, shortestIntervalMs } from './read-interval.ts';
import type { Rule, RuleSpec } from './rule.ts';
import { TimeZone } from './time-zone.ts';

/** The last millisecond of the year 9999. */
const latest = 253_402_300_799_999;

/**
 * Checks a rule and makes it ready to be asked. Small enough to be kept for every schedule.
 * @throws SCHEDULE_CRON_INVALID, SCHEDULE_DATE_IMPOSSIBLE, SCHEDULE_TIME_ZONE_UNKNOWN, SCHEDULE_INTERVAL_INVALID, SCHEDULE_TIME_INVALID
 */
export function compileRule(spec: RuleSpec): Rule {
  switch (spec.kind) {
    case 'cron':
      return cronRule(spec);
    case 'interval':
      return intervalRule(spec, spec.everyMs, spec.anchorAt);
    case 'once':
      return onceRule(spec);
  }
}

/** The next slots strictly after a time, in order; fewer than asked for where the rule ends. */
export function nextSlots(rule: Rule, after: number, count: number): number[] {
  const slots: number[] = [];
  for (let next = rule.nextAfter(after); next !== null && slots.length < count; next = rule.nextAfter(next)) slots.push(next);
  return slots;
}

function cronRule(spec: RuleSpec & { kind: 'cron' }): Rule {
  const zone = TimeZone.named(spec.timeZone);
  const everyMs = readEvery(spec.expression);
  if (everyMs !== null) return intervalRule(spec, everyMs, 0);
  const fields = parseCron(spec.expression);
  if (nextLocal(fields, 0) === null) throw dateImpossible({ expression: spec.expression });
  return new CronRule(spec, fields, zone);
}

/** A class, so that ten thousand rules share their functions. */
class CronRule implements Rule {
  readonly spec: RuleSpec & { kind: 'cron' };
  readonly #fields: CronFields;
  readonly #zone: TimeZone;

  constructor(spec: RuleSpec & { kind: 'cron' }, fields: CronFields, zone: TimeZone) {
    this.spec = spec;
    this.#fields = fields;
    this.#zone = zone;
  }

  nextAfter(time: number): number | null {
    return nextSlot(this.#fields, this.#zone, time);
  }

  describe(): string {
    return `${describeCron(this.#fields)} (${this.#zone.spelled(this.spec.timeZone)})`;
  }
}

/** `@every 10m` is an interval, counted from 1970 UTC, so that it falls on round times wherever it can. */
function readEvery(expression: string): number | null {
  const found = /^\s*@every(?:\s+(.*))?$/is.exec(expression);
  if (!found) return null;
  try {
    return readInterval(found[1] ?? '');
  } catch (error) {
    if (!intervalInvalid.is(error)) throw error;
    throw cronInvalid({ expression: expression.slice(0, 200), problem: error.data.problem, character: null, advice: error.hint }, error);
  }
}

function intervalRule(spec: RuleSpec, everyMs: number, anchorAt: number): Rule {
  if (!Number.isInteger(everyMs) || everyMs < shortestIntervalMs || everyMs > longestIntervalMs) {
    throw intervalInvalid({ interval: `${everyMs} ms`, problem: 'it is not from 1 s to 3650 days in whole milliseconds' });
  }
  if (!isTime(anchorAt)) throw timeInvalid({ time: String(anchorAt) });
  return {
    spec,
    nextAfter: (time) => {
      const next = time < anchorAt ? anchorAt : anchorAt + (Math.floor((time - anchorAt) / everyMs) + 1) * everyMs;
      return next <= latest ? next : null;
    },
    describe: () => describeInterval(everyMs, anchorAt),
  };
}

function onceRule(spec: RuleSpec & { kind: 'once' }): Rule {
  if (!isTime(spec.at)) throw timeInvalid({ time: String(spec.at) });
  return {
    spec,
    nextAfter: (time) => (time < spec.at ? spec.at : null),
    describe: () => `Once, at ${new Date(spec.at).toISOString()}`,
  };
}

function isTime(time: number): boolean {
  return Number.isInteger(time) && time >= 0 && time <= latest;
}
