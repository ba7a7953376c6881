import { isoTimeOrNull } from '#kernel/index.ts';
import type { Changes } from './execution-analysis.ts';
import type { FailureStory, StoryEffect, StoryRun } from './failure-story.ts';
import { shapeDifferences } from './json-shape.ts';
import { lineDifference } from './line-difference.ts';

const mostFiles = 20;
const mostAnswers = 20;
const longestBody = 500_000;

/** What differs from the latest time the task worked: its files, what it ran under, its input, and answers of the same addresses. */
export function changesSince(story: FailureStory): Changes {
  const { lastGood } = story;
  if (lastGood === null) {
    return { lastWorkedAt: null, lastGoodExecutionId: null, version: null, files: [], conditions: [], input: [], answers: [] };
  }
  return {
    lastWorkedAt: isoTimeOrNull(lastGood.completedAt),
    lastGoodExecutionId: lastGood.executionId,
    version: { from: lastGood.taskVersion, to: story.taskVersion, isSameCode: lastGood.taskChecksum === story.taskChecksum },
    files: filesChanged(lastGood, story),
    conditions: conditionsChanged(lastGood, story),
    input: shapeDifferences(parsed(lastGood.input), parsed(story.input)),
    answers: answersChanged(lastGood, story),
  };
}

function filesChanged(before: StoryRun, now: StoryRun): Changes['files'] {
  if (before.taskChecksum === now.taskChecksum || before.files === null || now.files === null) return [];
  const [old, fresh] = [before.files, now.files];
  const paths = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].toSorted();
  return paths
    .flatMap((path): Changes['files'] => {
      const [was, is] = [Object.hasOwn(old, path) ? old[path]! : null, Object.hasOwn(fresh, path) ? fresh[path]! : null];
      if (was === is) return [];
      const change = was === null ? 'added' : is === null ? 'removed' : 'changed';
      return [{ path, change, ...lineDifference(was ?? '', is ?? '') }];
    })
    .slice(0, mostFiles);
}

function conditionsChanged(before: StoryRun, now: StoryRun): Changes['conditions'] {
  if (before.conditions === null || now.conditions === null) return [];
  const was = before.conditions;
  return Object.entries(now.conditions).flatMap(([what, to]) => {
    const from = was[what];
    return from === undefined || from === to ? [] : [{ what, from, to }];
  });
}

/** Requests of both runs to one address, the first with the first and so on. */
function answersChanged(before: StoryRun, now: StoryRun): Changes['answers'] {
  const earlier = new Map<string, StoryEffect[]>();
  for (const effect of before.effects) earlier.set(requestOf(effect), [...(earlier.get(requestOf(effect)) ?? []), effect]);
  const changed: Changes['answers'] = [];
  for (const effect of now.effects) {
    const request = requestOf(effect);
    const was = earlier.get(request)?.shift();
    if (was === undefined) continue;
    const [from, to] = [outcomeOf(was), outcomeOf(effect)];
    const bodies = [bodyOf(before, was.number), bodyOf(now, effect.number)];
    const shape = bodies.includes(undefined) ? [] : shapeDifferences(bodies[0], bodies[1]);
    if (from === to && shape.length === 0) continue;
    changed.push({ request, status: from === to ? null : { from, to }, shape });
    if (changed.length === mostAnswers) break;
  }
  return changed;
}

/** Method and address, without what differs from call to call. */
function requestOf({ method, url }: StoryEffect): string {
  const address = URL.parse(url);
  return address === null ? `${method} ${url}` : `${method} ${address.protocol}//${address.host}${address.pathname}`;
}

function outcomeOf({ status, failure }: StoryEffect): string {
  return status === null ? (failure === null ? 'no answer' : `${failure.name} (${failure.reason})`) : String(status);
}

/** Undefined where it is not known, or no JSON. */
function bodyOf({ answers }: StoryRun, number: number): unknown {
  const body = answers?.get(number)?.body;
  if (body === null || body === undefined || !('text' in body) || body.text.length > longestBody) return undefined;
  return parsed(body.text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
