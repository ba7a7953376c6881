import type { Recording } from '../recording.ts';

/** `ratchet.log`: what happened, line by line in the order of time, for a person to read. */
export function recordingLog(recording: Recording): string {
  const { execution, task } = recording;
  const lines: { at: number; level: string; text: string }[] = [
    { at: 0, level: 'info', text: `execution ${execution.id} of ${task.label} ${task.version} (${task.uuid}) began, ${recording.madeBy}` },
  ];
  for (const { number, startedMs, durationMs, request, outcome, attempts } of recording.effects) {
    const asked = request === null ? 'a request that was refused' : `${request.method} ${request.url}`;
    const came =
      outcome === null
        ? 'was not answered before the end'
        : 'answer' in outcome
          ? `${outcome.answer.status}, ${outcome.answer.body.byteLength} bytes`
          : `${outcome.failure.name} (${outcome.failure.reason}): ${outcome.failure.message}`;
    const again = attempts > 1 ? `, ${attempts} attempts` : '';
    const level = outcome !== null && 'answer' in outcome && outcome.answer.status < 400 ? 'info' : 'warn';
    lines.push({ at: startedMs, level: 'debug', text: `effect ${number}: ${asked}` });
    if (outcome !== null) lines.push({ at: startedMs + durationMs, level, text: `effect ${number}: ${came}${again}` });
  }
  for (const { level, message, at, arrivedMs } of recording.logs) {
    lines.push({ at: arrivedMs ?? at - execution.startedAt, level, text: `task: ${message}` });
  }
  for (const { atMs, update } of recording.progress) lines.push({ at: atMs, level: 'info', text: `progress: ${JSON.stringify(update)}` });
  const sorted = lines.toSorted((a, b) => a.at - b.at);
  if (recording.logsDropped > 0)
    sorted.push({ at: execution.wallMs, level: 'warn', text: `${recording.logsDropped} more log lines were not kept` });
  const end = recording.error === null ? 'completed' : `failed with ${recording.error.code}: ${recording.error.message}`;
  sorted.push({
    at: execution.wallMs,
    level: recording.error === null ? 'info' : 'error',
    text: `${end} after ${Math.round(execution.wallMs)} ms`,
  });
  return sorted
    .map(
      ({ at, level, text }) => `${timeOf(execution.startedAt + at)} ${level.toUpperCase().padEnd(5)} ${text.replaceAll('\n', '\n    ')}\n`,
    )
    .join('');
}

function timeOf(ms: number): string {
  // A task may move its own clock anywhere.
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '-'.padEnd(24);
}
