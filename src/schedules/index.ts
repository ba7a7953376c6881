export * from './errors.ts';
export type { Schedule, Slot } from './schedule.ts';
export type { ScheduleServices } from './operations/services.ts';
export { createPlanner, type Planner, type PlannerParts } from './planning/planner.ts';
export { createSchedules, type Schedules, type SchedulesParts } from './schedules.ts';
export { scheduleRules } from './store/schedule-rules.ts';
export { heartbeatInput, keepHeartbeat, type HeartbeatFacts } from './heartbeat/keep-heartbeat.ts';
