import type { Task } from '#tasks/index.ts';
import { codePlace } from '#task-tests/index.ts';
import type { Found } from './explore.ts';
import type { Finding, FindingKind, ShownAnswer } from './finding.ts';
import { headline } from './headline.ts';
import type { GivenAnswer } from './world/fuzz-world.ts';

const mostAnswers = 20;
const mostBodyChars = 2_000;

/** What is told of a bug. */
export function findingOf(found: Found, files: Task['files'], file: string | null): Finding {
  const { fuzzCase, ran, wrong, path, seed, hits, also } = found;
  return {
    kind: wrong.kind,
    title: headline(found),
    errorClass: wrong.errorClass,
    message: wrong.message,
    also: [...also],
    expected: expectations[wrong.kind],
    place: wrong.frames[0] === undefined ? null : codePlace(wrong.frames[0], files),
    stack: wrong.stack,
    input: fuzzCase.input,
    answers: ran.world.given.slice(0, mostAnswers).map(shown),
    at: new Date(fuzzCase.atMs).toISOString(),
    seed,
    path,
    hits,
    file,
  };
}

const typed = 'an output, or an error of a class that says what went wrong, such as ValidationError or DataError';

const expectations: Readonly<Record<FindingKind, string>> = {
  'untyped-error': typed,
  'output-invalid': 'an output that matches output.schema.json, or an error of a class that says what went wrong',
  'output-not-json': 'an output of finite numbers, texts, lists and objects, or an error of a class that says what went wrong',
  'output-too-large': 'a smaller output, or an error of a class that says what went wrong',
  'never-settled': 'a promise that is settled in every case',
  'unseen-request': 'that the task looks at the response of every request, or passes throwOnError: false',
  'too-many-requests': 'that the task gives up after a number of tries or pages',
  endless: 'that the task comes to an end within a second or two',
  memory: 'less memory',
  crash: typed,
  nondeterministic: 'the same result for the same input, answers, time and randomness',
  'not-runnable': 'a task that can be run',
};

function shown({ method, url, answer, notes }: GivenAnswer): ShownAnswer {
  if ('failure' in answer) return { method, url, status: null, failure: answer.failure.reason, headers: {}, body: '', notes };
  const text = new TextDecoder().decode(answer.body);
  return {
    method,
    url,
    status: answer.status,
    failure: null,
    headers: Object.fromEntries(answer.headers),
    body: text.length > mostBodyChars ? `${text.slice(0, mostBodyChars)}...` : text,
    notes,
  };
}
