import { createHash } from 'node:crypto';
import type { Failure } from './shown-execution.ts';

/**
 * The same for failures with the same code, class and place, whatever their messages say; 16 hex digits. The place is the innermost line of
 * the author's code; where there is none, the host that was asked, or the fields that a schema refuses.
 */
export function failureFingerprint({ code, data }: Failure): string {
  const errorClass = typeof data['errorClass'] === 'string' ? data['errorClass'] : '';
  return createHash('sha256')
    .update(JSON.stringify([code, errorClass, placeOf(data)]))
    .digest('hex')
    .slice(0, 16);
}

function placeOf(data: Failure['data']): unknown {
  const [frame] = Array.isArray(data['frames']) ? (data['frames'] as unknown[]) : [];
  if (typeof frame === 'object' && frame !== null) {
    const { file, line, function: called } = frame as Record<string, unknown>;
    return [file, line, called];
  }
  if (typeof data['url'] === 'string') return [data['method'], URL.parse(data['url'])?.host ?? ''];
  if (typeof data['file'] === 'string') return [data['file'], data['line']];
  if (!Array.isArray(data['problems'])) return data['path'] ?? '';
  const paths = data['problems'].map((problem: unknown) =>
    typeof problem === 'object' && problem !== null ? (problem as Record<string, unknown>)['path'] : '',
  );
  // Of a list, whichever item it was.
  return [...new Set(paths.map((path) => String(path).replaceAll(/\d+/g, '#')))].toSorted();
}
