import { isUtf8 } from 'node:buffer';
import { isMcp, type BodyRule, type HttpMock, type HttpRequest, type MockAnswer } from '#engine/index.ts';
import type { NewTestCase } from '#task-tests/index.ts';
import { endedInVain } from './replay/compare-outcome.ts';
import { holdsPlaceholder } from './masking/placeholder.ts';
import type { RecordedEffect, Recording } from './recording.ts';

/** Long enough for a test that shows how a task runs out of time. */
const longestWaitMs = 2_000;

/** A recording as a test case: its answers as mocks, its clock and its seed, and what came of it as what is expected. */
export function savedTest(recording: Recording, name: string | null): NewTestCase {
  const { execution, input, output, error, clock, seed, task, hasOutcome } = recording;
  const isWaiting = endedInVain(error);
  const moment = new Date(execution.startedAt).toISOString().slice(0, 19).replace('T', ' ');
  return {
    name: name ?? `recorded ${moment}`,
    ...(task.hash === '' ? {} : { description: `Recorded from version ${task.version} by ${recording.madeBy}.` }),
    input: JSON.parse(input) as unknown,
    mocks: mocksOf(recording.effects),
    ...(isWaiting && error?.code === 'TIMED_OUT' ? { timeoutMs: Math.min(execution.limits?.wallMs ?? longestWaitMs, longestWaitMs) } : {}),
    ...(clock.length === 0 ? {} : { clock: { kind: 'recorded' as const, reads: clock } }),
    seed,
    ...(error !== null
      ? { error: expectedError(error) }
      : hasOutcome && output !== null
        ? { output: { value: JSON.parse(output) as unknown } }
        : {}),
  };
}

function expectedError({ code, data }: NonNullable<Recording['error']>): Exclude<NewTestCase['error'], string | undefined> {
  const { errorClass, message, status } = data;
  if (typeof errorClass !== 'string') return { code };
  return {
    class: errorClass,
    ...(typeof message === 'string' && !holdsPlaceholder(message) ? { message } : {}),
    ...(typeof status === 'number' ? { status } : {}),
  };
}

/** One mock for each address asked, with the answers in the order in which they were given. */
function mocksOf(effects: readonly RecordedEffect[]): HttpMock[] {
  // The list of servers is that of the task.
  const asked = effects.flatMap((effect) =>
    effect.request === null || effect.request.method === 'servers/list' ? [] : [{ request: effect.request, effect }],
  );
  const groups = Map.groupBy(asked, ({ request }) => `${request.method} ${request.url}`);
  return [...groups.values()].flatMap((group) => {
    // Where the same address gets several bodies, the body tells which answer is meant.
    const byBody = Map.groupBy(group, ({ request }) => (request.body === null ? '' : Buffer.from(request.body).toString('latin1')));
    return [...byBody.values()].map((same): HttpMock => {
      const { request } = same[0]!;
      return {
        name: '',
        rule: { method: request.method, ...addressOf(request), headers: null, body: byBody.size > 1 ? bodyRule(request) : null },
        answers: same.map(({ effect }) => answerOf(effect)),
        afterLast: same.length === 1 ? 'repeat' : 'nothing',
      };
    });
  });
}

/** Parameters that hold a secret are left out: the task that is tested has the secret itself. */
function addressOf({ url }: HttpRequest): Pick<HttpMock['rule'], 'url' | 'query'> {
  if (isMcp({ url })) return { url: { kind: 'exact', text: url }, query: null };
  const parts = URL.parse(url);
  if (parts === null || !holdsPlaceholder(url)) return { url: { kind: 'part', text: url }, query: null };
  const { origin, pathname, searchParams } = parts;
  const query = Object.fromEntries([...searchParams].filter(([, value]) => !holdsPlaceholder(value)));
  return { url: { kind: 'part', text: origin + pathname }, query: Object.keys(query).length === 0 ? null : query };
}

function bodyRule({ body }: HttpRequest): BodyRule | null {
  if (body === null || !isUtf8(body)) return null;
  const text = Buffer.from(body).toString('utf8');
  if (holdsPlaceholder(text)) return null;
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown, match: 'exact' };
  } catch {
    return { kind: 'text', text, match: 'exact' };
  }
}

/** Headers that say nothing to a task: how the bytes travelled. */
const travelHeaders = new Set([
  'connection',
  'keep-alive',
  'date',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'server',
  'via',
]);

function answerOf({ outcome }: RecordedEffect): MockAnswer {
  const never = { name: 'TimeoutError', message: '', reason: 'timeout' } as const;
  if (outcome === null) return { failure: never, delayMs: 10 * longestWaitMs };
  if ('failure' in outcome) return { failure: outcome.failure, delayMs: 0 };
  const { status, statusText, headers, body } = outcome.answer;
  return { status, statusText, headers: headers.filter(([name]) => !travelHeaders.has(name)), body, delayMs: 0 };
}
