import { changeScheduleOperations } from './operations/change.ts';
import { readScheduleOperations } from './operations/read.ts';

/** Every operation on schedules. Where two routes fit, the one without a parameter stands first. */
export const scheduleOperations = [...readScheduleOperations, ...changeScheduleOperations] as const;
export type { ScheduleServices } from './operations/services.ts';
export { scheduleNotFound } from './errors.ts';
export { listSchedulesOperation, showScheduleOperation } from './operations/read.ts';
