import type { BenchParts } from '#benching/index.ts';
import type { DevParts } from '#dev/index.ts';
import type { Executions } from '#executions/index.ts';
import type { Debugging, Tracer } from '#executions/operations.ts';
import { call, type CallOptions, type ExitName, type Operation } from '#kernel/index.ts';
import type { Doctor } from '#observe/index.ts';
import type { FuzzServices } from '#fuzzing/index.ts';
import type { Recordings } from '#recordings/index.ts';
import type { SourceChecker } from '#sources/checks/operations.ts';
import type { TestRunner } from '#task-tests/index.ts';
import type { Tasks } from '#tasks/index.ts';
import type { z } from 'zod';
import type { MaintenanceServices } from '#storage/operations.ts';
import type { ConfigWork } from './commands/config-operations.ts';
import type { ConsoleProgram } from './commands/console.ts';
import type { WhichDatabase } from './commands/db.ts';
import type { McpServeInput, RunningMcp } from './commands/mcp-operations.ts';
import type { RunningServer, ServeInput } from './commands/serve.ts';
import type { Keyboard } from './keyboard.ts';
import type { CommandShape } from './project.ts';
import type { ShownError } from './show-error.ts';
import type { Paint, Window } from './terminal.ts';

export const formats = ['auto', 'json', 'pretty'] as const;
/** `json` is one line for programs, `pretty` the same indented, `auto` what suits the reader. */
export type Format = (typeof formats)[number];

/** What a command may use to show its answer. */
export interface Screen {
  readonly format: Format;
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly paintOut: Paint;
  readonly paintErr: Paint;
  /** How the console draws, where it differs from a command line. */
  readonly look?: Look | undefined;
  /** The result, and nothing else. */
  out(text: string): void;
  err(text: string): void;
}

/** `console`: framed tables, a sign before what was done. */
export type Look = 'console';

/** How a command ends: its exit code, and the error to print when the answer holds one. */
export interface Shown {
  exit: ExitName;
  error?: ShownError | null;
}

/** What the application hands the command line; each part is made when it is first asked for. */
export interface CliParts {
  tasks(): Promise<Tasks>;
  executions(): Promise<Executions>;
  recordings(): Promise<Recordings>;
  tracer(): Promise<Tracer>;
  debugging(): Promise<Debugging>;
  tests(): Promise<TestRunner>;
  fuzzing(): Promise<FuzzServices>;
  bench(): Promise<BenchParts>;
  dev(): Promise<DevParts>;
  doctor(): Promise<Doctor>;
  /** Looks at the sources of the configuration. */
  sourceChecker(): Promise<SourceChecker>;
  config(): Promise<ConfigWork>;
  /** For work on a database as a whole. */
  maintenance(which: WhichDatabase): Promise<MaintenanceServices['maintenance']>;
  console(): Promise<ConsoleProgram>;
  /** Starts the server. */
  serve(wishes: ServeInput): Promise<RunningServer>;
  /** Serves MCP and nothing else. */
  mcp(wishes: McpServeInput): Promise<RunningMcp>;
  /** For commands that show things while they run. */
  screen: Screen;
  /** Null where nobody can be asked. */
  keyboard: Keyboard | null;
  /** Null where the result does not go to a terminal. */
  window: Window | null;
  readonly env: NodeJS.ProcessEnv;
  /** Every command as flags and words, for completion. */
  shapes(): Promise<CommandShape[]>;
}

/** The parts that are the application's own; the others belong to the one command line that is being run. */
export type AppParts = Omit<CliParts, 'screen' | 'keyboard' | 'window' | 'env' | 'shapes'>;

/** An operation on the command line. */
export interface Command {
  readonly operation: Pick<Operation, 'name' | 'summary' | 'details' | 'input' | 'on'>;
  /** Milliseconds it has to end by itself after it was asked to; 2,000 unless given. */
  readonly graceMs?: number;
  run(input: Readonly<Record<string, unknown>>, parts: CliParts, options: CallOptions): Promise<unknown>;
  show(answer: unknown, screen: Screen, input: Readonly<Record<string, unknown>>): Shown;
}

export interface CommandSpec<Services, Input extends z.ZodType, Output extends z.ZodType> {
  operation: Operation<Services, Input, Output>;
  /** Called once the command line has been read without a mistake. */
  services: (parts: CliParts) => Promise<Services>;
  show: (answer: z.output<Output>, screen: Screen, input: Readonly<Record<string, unknown>>) => Shown;
}

/** Puts an operation on the command line: which parts it leans on, and how its answer looks. */
export function command<Services, Input extends z.ZodType, Output extends z.ZodType>(spec: CommandSpec<Services, Input, Output>): Command {
  return {
    operation: spec.operation,
    run: async (input, parts, options) => call(spec.operation, await spec.services(parts), input, options),
    show: (answer, screen, input) => spec.show(answer as z.output<Output>, screen, input),
  };
}
