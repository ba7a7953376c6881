import { z } from 'zod';

/** How arguments name things; what they may be called stands in the instructions, once for all tools. */
export const TaskId = z.string().min(1).max(200);
/** The same where `name@version` may be meant. */
export const PinnedTaskId = z.string().min(1).max(300);
export const ExecutionRef = z.string().min(1).max(100);
export const JobId = z.string().min(1).max(100);

export const JsonObject = z.record(z.string(), z.unknown());
export const Moment = z.string().nullable();
