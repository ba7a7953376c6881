import type { HttpAnswer, HttpOutcome, HttpRequest } from '#engine/index.ts';
import type { RecordedEffect, Recording } from '../recording.ts';
import type { Masker } from './masker.ts';

/**
 * Looks for secrets everywhere in a recording.
 * @param bodies how to look through bodies: their names alone are enough where no body is kept
 */
export function learnFrom(
  recording: Pick<Recording, 'input' | 'output' | 'effects' | 'error' | 'logs'>,
  masker: Masker,
  bodies: 'names' | 'names and looks' = 'names and looks',
): void {
  masker.learnText(recording.input);
  for (const { request, outcome } of recording.effects) {
    if (request !== null) {
      masker.learnHeaders(request.headers);
      masker.learnUrl(request.url);
      masker.learnBytes(request.body, bodies);
    }
    if (outcome !== null && 'answer' in outcome) {
      masker.learnHeaders(outcome.answer.headers);
      masker.learnUrl(outcome.answer.url);
      masker.learnBytes(outcome.answer.body, bodies);
    }
  }
  if (recording.output !== null) masker.learnText(recording.output);
  if (recording.error !== null) masker.learnText(JSON.stringify(recording.error.data));
  for (const { message } of recording.logs) masker.learnText(message);
}

/** The recording without its secrets. Learns first. */
export function masked(recording: Recording, masker: Masker): Recording {
  learnFrom(recording, masker);
  return withoutLearned(recording, masker);
}

/** The same without bodies, which takes a fraction of the time where they are large: not to be written as a recording. */
export function maskedSummary(recording: Recording, masker: Masker): Recording {
  learnFrom(recording, masker, 'names');
  return withoutLearned({ ...recording, effects: recording.effects.map(withoutBodies) }, masker);
}

function withoutBodies(effect: RecordedEffect): RecordedEffect {
  const { request, outcome } = effect;
  return {
    ...effect,
    hasBodies: false,
    request: request && { ...request, body: null },
    outcome: outcome !== null && 'answer' in outcome ? { answer: { ...outcome.answer, body: new Uint8Array(0) } } : outcome,
  };
}

function withoutLearned(recording: Recording, masker: Masker): Recording {
  const inJson = <Value>(value: Value): Value => JSON.parse(masker.text(JSON.stringify(value))) as Value;
  return {
    ...recording,
    input: masker.text(recording.input),
    output: recording.output === null ? null : masker.text(recording.output),
    error: recording.error === null ? null : inJson(recording.error),
    logs: recording.logs.map((line) => ({ ...line, message: masker.text(line.message) })),
    progress: inJson(recording.progress),
    effects: recording.effects.map((effect) => maskedEffect(effect, masker)),
    masked: masker.names,
  };
}

function maskedEffect(effect: RecordedEffect, masker: Masker): RecordedEffect {
  return {
    ...effect,
    request: effect.request === null ? null : maskedRequest(effect.request, masker),
    outcome: effect.outcome === null ? null : maskedOutcome(effect.outcome, masker),
  };
}

export function maskedRequest(request: HttpRequest, masker: Masker): HttpRequest {
  return {
    ...request,
    url: masker.url(request.url),
    headers: masker.headers(request.headers),
    body: request.body === null ? null : masker.bytes(request.body),
  };
}

function maskedOutcome(outcome: HttpOutcome, masker: Masker): HttpOutcome {
  if ('failure' in outcome) return { failure: { ...outcome.failure, message: masker.text(outcome.failure.message) } };
  const { answer } = outcome;
  const plain: HttpAnswer = {
    ...answer,
    url: masker.url(answer.url),
    headers: masker.headers(answer.headers),
    body: masker.bytes(answer.body),
  };
  return { answer: plain };
}
