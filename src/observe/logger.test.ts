import { describe, expect, it } from 'vitest';
import { createLogger, levelFromRustLog, readLogLevel } from './logger.ts';

describe('the log', () => {
  const lines: string[] = [];
  const logger = (format: 'text' | 'json') =>
    createLogger({ level: 'info', format, write: (line) => lines.push(line), now: () => 1_000_000_000_123 });

  it('writes text for people and one object per line for programs, from its level up', () => {
    logger('text').log('info', 'worker started', { worker: 'w-1', pid: 7 });
    logger('text').log('debug', 'not this');
    logger('json').log('error', 'worker\nended', { code: 9 });
    expect(lines[0]).toBe('01:46:40.123 info  worker started worker=w-1 pid=7');
    expect(JSON.parse(lines[1]!)).toEqual({ time: '2001-09-09T01:46:40.123Z', level: 'error', message: 'worker\nended', code: 9 });
    expect(lines).toHaveLength(2);
  });

  it('understands levels and filters as people write them', () => {
    expect(['WARN', 'warning', ' info ', 'loud', ''].map(readLogLevel)).toEqual(['warn', 'warn', 'info', null, null]);
    expect(['debug', 'info,ratchet=trace', 'ratchet_core=warn,hyper=debug', 'hyper=debug', 'off', 'x'].map(levelFromRustLog)).toEqual([
      'debug',
      'trace',
      'warn',
      null,
      'error',
      null,
    ]);
  });
});
