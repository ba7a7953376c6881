import { inputRejected, type AnyErrorKind } from '#kernel/index.ts';
import {
  cronInvalid,
  dateImpossible,
  intervalInvalid,
  scheduleInputInvalid,
  scheduleNameShared,
  scheduleNotFound,
  scheduleOver,
  scheduleRuleUnclear,
  scheduleTaskGone,
  scheduleVersionUnknown,
  timeInvalid,
  timeZoneUnknown,
} from '../errors.ts';
import type { Schedules } from '../schedules.ts';

/** What the operations on schedules lean on. */
export interface ScheduleServices {
  readonly schedules: Schedules;
}

/** What a name of a schedule can end with. */
export const ofTheName: readonly AnyErrorKind[] = [scheduleNotFound, scheduleNameShared];

/** What a rule, a task or an input can end with. */
export const ofTheFields: readonly AnyErrorKind[] = [
  cronInvalid,
  dateImpossible,
  timeZoneUnknown,
  intervalInvalid,
  timeInvalid,
  scheduleRuleUnclear,
  scheduleOver,
  scheduleTaskGone,
  scheduleVersionUnknown,
  scheduleInputInvalid,
  inputRejected,
];
