import { hasInspector, inspectorMissing, type CpuProfile, type DebuggerPort, type Instruments, type LogLine } from '#engine/index.ts';
import type { CallContext } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { z } from 'zod';
import type { Execution } from './execution.ts';

/** Opens runs to debuggers and writes profiles; the debugging feature does. */
export interface Debugging {
  /** @throws INSPECTOR_ADDRESS_UNUSABLE */
  openInspector(
    task: Task,
    options: { readonly host: string; readonly port: number; readonly breakAtStart: boolean; readonly onAttach: () => void },
  ): Promise<OpenInspector>;
  /** @param file a name made of the task's and the time when null @param at milliseconds since 1970 UTC @throws PROFILE_UNWRITABLE */
  saveProfile(task: Task, profile: CpuProfile, file: string | null, at: number): SavedProfile;
}

export interface OpenInspector {
  readonly webSocketUrl: string;
  /** Opens DevTools in Chrome. */
  readonly devtoolsUrl: string;
  readonly port: DebuggerPort;
  log(line: LogLine): void;
  close(): Promise<void>;
}

const HotFunction = z.object({
  function: z.string(),
  file: z.string().nullable().describe('From the current folder; null for the garbage collector and the platform.'),
  line: z.number(),
  selfMs: z.number().describe('Spent in the function and not in what it calls.'),
  share: z.number().describe('Of the time in which anything was computed, from 0 to 1.'),
});

/** Where a profile is, and the functions that took most time. */
export const SavedProfile = z.object({ file: z.string(), hottest: z.array(HotFunction) });
export type SavedProfile = z.infer<typeof SavedProfile>;

/** Where debuggers may connect: this machine only, because whoever connects may do in the sandbox what they like. */
const address = /^(?:(localhost|127(?:\.\d{1,3}){3}|\[::1\]):)?(\d{1,5})$/;
const usualPort = 9229;

const Address = z
  .string()
  .regex(address, 'is a port, or a loopback address with a port: 9230, 127.0.0.1:9230')
  .refine((text) => Number(address.exec(text)?.[2] ?? 0) <= 65_535, 'is no port: the highest is 65535');

/** The fields of an operation that runs a task and can be looked into. */
export const lookingIn = {
  inspect: z
    .union([z.literal(true), Address])
    .optional()
    .describe('Let a debugger connect (DevTools, an editor), on port 9229 or the one given; 0 is a free one. No time limits apply')
    .meta({ placeholder: 'port' }),
  inspectBrk: z
    .union([z.literal(true), Address])
    .optional()
    .describe('The same, but wait for the debugger and stop before the first line')
    .meta({ placeholder: 'port' }),
  profile: z
    .union([z.literal(true), z.string().regex(/\.cpuprofile$/, 'must end in .cpuprofile, or no program will know what it is')])
    .optional()
    .describe('Write a CPU profile that DevTools and editors open; named for the task and the time unless a .cpuprofile file is given')
    .meta({ placeholder: 'file' }),
};

interface Wishes {
  readonly inspect?: true | string | undefined;
  readonly inspectBrk?: true | string | undefined;
  readonly profile?: true | string | undefined;
}

/** What is open for one run. */
export interface LookingIn {
  readonly instruments: Instruments | undefined;
  log(line: LogLine): void;
  close(): Promise<void>;
}

/**
 * Opens what the caller wants to look into a run with, and says where debuggers can connect.
 * @throws INSPECTOR_ADDRESS_UNUSABLE, INSPECTOR_MISSING
 */
export async function lookInto(
  task: Task,
  wishes: Wishes,
  debugging: () => Promise<Debugging>,
  notify: CallContext['notify'],
): Promise<LookingIn> {
  const { inspect, inspectBrk, profile } = wishes;
  const instruments: Instruments = profile ? { profile: true } : {};
  const where = inspectBrk || inspect;
  if (!where) return { instruments: profile ? instruments : undefined, log: () => {}, close: () => Promise.resolve() };
  // Before anybody is told of an address that nothing will ever answer behind.
  if (!hasInspector()) throw inspectorMissing({ what: 'A debugger', node: process.versions.node });
  const say = (message: string) => notify({ type: 'notice', message });
  const [, host = '127.0.0.1', port = usualPort] = typeof where === 'string' ? address.exec(where)! : [];
  const inspector = await (
    await debugging()
  ).openInspector(task, {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    breakAtStart: Boolean(inspectBrk),
    onAttach: () => say('Debugger attached.'),
  });
  // The first line is what editors wait for, letter by letter.
  say(`Debugger listening on ${inspector.webSocketUrl}`);
  say(`Open in Chrome: ${inspector.devtoolsUrl}`);
  say(`Limits of time do not apply to this run.${inspectBrk ? ' It waits for the debugger; Ctrl-C ends it.' : ''}`);
  return {
    instruments: { ...instruments, debugger: inspector.port },
    log: (line) => inspector.log(line),
    close: () => inspector.close(),
  };
}

/** Whether and where to save the profile of an execution: null when none was wanted, or none could be taken. */
export function profileOf(execution: Execution, wishes: Wishes): { readonly profile: CpuProfile; readonly file: string | null } | null {
  const profile = execution.insights?.profile;
  if (!wishes.profile || !profile) return null;
  return { profile, file: typeof wishes.profile === 'string' ? wishes.profile : null };
}
