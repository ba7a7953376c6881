import type { EffectsProvider, Exchange, HttpRequest } from '#engine/index.ts';
import { bestFit, createRecordedEffects } from '#engine/index.ts';
import type { Execution, Executions } from '#executions/index.ts';
import type { ExecutionId, Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { maskedRequest } from '../masking/mask-recording.ts';
import type { Masker } from '../masking/masker.ts';
import { holdsPlaceholder, sameButForSecrets } from '../masking/placeholder.ts';
import type { Recording } from '../recording.ts';
import { maskerFor, recordingOf } from '../recording-of.ts';
import { compareEffects, type MadeEffect } from './compare-effects.ts';
import { compareOutcome, endedInVain } from './compare-outcome.ts';
import type { Divergence } from './divergence.ts';

export interface ReplayRequest {
  readonly task: Task;
  readonly recording: Recording;
  /** Perform requests for real; clock and randomness are those of the machine, too. */
  readonly isLive: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Replayed {
  readonly execution: Execution;
  /** The replay as a recording: masked like the recorded one. */
  readonly came: Recording;
  readonly divergences: readonly Divergence[];
}

export interface ReplayParts {
  readonly executions: Executions;
  readonly settings: Settings;
  readonly madeBy: string;
  readonly secretNames: readonly string[];
}

/** Runs a task again under the conditions of a recording, and compares. */
export async function replay(request: ReplayRequest, parts: ReplayParts): Promise<Replayed> {
  const { recording, isLive, signal } = request;
  const task = withoutChecksOfSecrets(request.task, recording);
  const { id, jobId, limits, isolation } = recording.execution;
  const masker = maskerFor(task, parts.secretNames);
  const execution = await parts.executions.run({
    task,
    id: id as ExecutionId,
    jobId: jobId ?? undefined,
    input: recording.input,
    limits: limits ?? {},
    // A warm realm is what earlier executions left behind, and that is not recorded.
    isolation: isolation === 'warm' ? 'fresh' : isolation,
    effects: isLive ? undefined : recordedEffects(recording, masker, parts.settings),
    withSites: true,
    signal,
  });
  const came = recordingOf(execution, task, parts);
  const made = came.effects.map(({ request: asked }, index): MadeEffect => ({ request: asked, site: execution.effects[index]!.site }));
  const divergences = [
    ...compareEffects(recording.effects, made),
    ...(recording.hasOutcome
      ? compareOutcome(recording.turns === null ? { ...came, output: recording.output, error: null } : recording, came)
      : []),
  ];
  return { execution, came, divergences };
}

function recordedEffects(recording: Recording, masker: Masker, settings: Settings): EffectsProvider {
  const exchanges = recording.effects.flatMap(({ request, outcome, hasBodies }): Exchange[] =>
    request === null ? [] : [{ request, outcome, hasBodies }],
  );
  const { turns, clock, isCut, execution, seed, error } = recording;
  const order = turns === null || (isCut && turns.length === 0) ? null : endedInVain(error) && !isCut ? [...turns, 'end'] : turns;
  return createRecordedEffects(settings, {
    exchanges,
    seed,
    clock: clock.length > 0 ? { kind: 'recorded', reads: clock } : { kind: 'fixed', atMs: execution.startedAt, stepMs: 0 },
    ...(order === null ? {} : { order }),
    fit: (recorded, made) => fitOf(recorded, maskedRequest(made, learned(masker, made))),
  });
}

function learned(masker: Masker, request: HttpRequest): Masker {
  masker.learnHeaders(request.headers);
  masker.learnUrl(request.url);
  masker.learnBytes(request.body);
  return masker;
}

/** 0 where method or address differ; the more of the rest is the same, the better. */
function fitOf(recorded: HttpRequest, made: HttpRequest): number {
  if (recorded.method !== made.method) return 0;
  const [was, is] = [recorded.url, made.url].map((url) => URL.parse(url));
  if (!was || !is || !sameButForSecrets(placeOf(was), placeOf(is))) return 0;
  if (!sameButForSecrets(was.search, is.search)) return 2;
  const [sent, sending] = [recorded.body, made.body].map((body) => (body === null ? '' : Buffer.from(body).toString('latin1')));
  return sameButForSecrets(sent!, sending!) ? bestFit : 5;
}

/** Everything before the query; an address of an MCP server has no origin. */
function placeOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

/**
 * A secret's place holder may not have the form that a schema asks of the secret, so schemas are not checked where something was masked;
 * when the recorded execution ran, they were.
 */
function withoutChecksOfSecrets(task: Task, { masked, input, error }: Recording): Task {
  if (masked.length === 0 || !holdsPlaceholder(input) || error?.code === 'INPUT_INVALID' || error?.code === 'OUTPUT_INVALID') return task;
  return { ...task, program: { ...task.program, id: `${task.program.id}-unchecked`, inputCheck: null, outputCheck: null } };
}
