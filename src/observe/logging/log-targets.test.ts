import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { logTargets, type LogTarget } from './log-targets.ts';
import { openLogFile } from './log-file.ts';
import { openLogger } from './open-logger.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const file = (name: string, more: Partial<Extract<LogTarget, { type: 'file' }>> = {}): LogTarget => ({
  type: 'file',
  path: join(folder, name),
  max_size_bytes: 1_000_000,
  max_files: 3,
  ...more,
});

function open(targets: readonly LogTarget[], level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const logger = openLogger({ level, format: 'text', targets }, { write: (line) => lines.push(line), now: () => 0 });
  return { logger, lines };
}

describe('a log with several targets', () => {
  it('gives each the lines of its level in its format', () => {
    const { logger, lines } = open([{ type: 'console', level: 'error' }, file('a.log', { level: 'debug', format: 'json' })]);
    logger.log('debug', 'small', { n: 1 });
    logger.log('error', 'large');
    logger.log('trace', 'nobody');
    expect(lines).toEqual(['00:00:00.000 error large']);
    expect(
      read('a.log')
        .split('\n')
        .slice(0, 2)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'debug', message: 'small', n: 1 },
      { time: '1970-01-01T00:00:00.000Z', level: 'error', message: 'large' },
    ]);
    expect([logger.level, logger.isOn('debug'), logger.isOn('trace')]).toEqual(['debug', true, false]);
  });

  it('takes over other wishes with the next line, and opens a file anew that was moved away', () => {
    const { logger, lines } = open([file('b.log')]);
    logger.log('info', 'first');
    renameSync(join(folder, 'b.log'), join(folder, 'b.moved'));
    logger.log('info', 'still there');
    logger.change({ level: 'debug', format: 'json', targets: [file('b.log'), { type: 'console' }] });
    logger.log('debug', 'second');
    expect(read('b.moved')).toMatch(/first\n.*still there\n$/);
    expect(JSON.parse(read('b.log'))).toMatchObject({ message: 'second' });
    expect(lines).toHaveLength(1);
  });

  it('does nothing for those that are accepted only', () => {
    const { logger, lines } = open([{ type: 'syslog', facility: 'user', ident: 'ratchet' }]);
    logger.log('error', 'nobody hears it');
    expect(lines).toEqual([]);
  });
});

describe('a log file', () => {
  const written = (name: string, more: Partial<Parameters<typeof openLogFile>[0]> = {}) => {
    const troubles: string[] = [];
    const log = openLogFile({
      path: join(folder, name),
      maxBytes: 20,
      maxFiles: 3,
      maxAgeMs: null,
      now: () => 0,
      onTrouble: (trouble) => troubles.push(trouble),
      ...more,
    });
    return { log, troubles };
  };

  it('is put aside when it is full, and so many are kept', () => {
    const { log } = written('deep/er/c.log');
    for (const line of ['one one one', 'two two two', 'three three', 'four four', 'five']) log.write(line);
    expect(['', '.1', '.2', '.3'].map((end) => existsSync(join(folder, `deep/er/c.log${end}`)))).toEqual([true, true, true, false]);
    expect([read('deep/er/c.log.2'), read('deep/er/c.log.1'), read('deep/er/c.log')]).toEqual([
      'two two two\n',
      'three three\n',
      'four four\nfive\n',
    ]);
  });

  it('that is the only one begins anew', () => {
    const { log } = written('d.log', { maxFiles: 1 });
    for (const line of ['one one one', 'two two two']) log.write(line);
    expect([read('d.log'), existsSync(join(folder, 'd.log.1'))]).toEqual(['two two two\n', false]);
  });

  it('goes on where an earlier process stopped, and a line longer than a whole file is kept', () => {
    writeFileSync(join(folder, 'e.log'), 'before\n');
    const { log } = written('e.log');
    log.write('after');
    log.write('x'.repeat(100));
    expect([read('e.log.1'), read('e.log')]).toEqual(['before\nafter\n', `${'x'.repeat(100)}\n`]);
  });

  it('does not put aside a file that is still empty', () => {
    const { log } = written('empty.log');
    log.write('x'.repeat(100));
    expect([read('empty.log').length, existsSync(join(folder, 'empty.log.1'))]).toEqual([101, false]);
  });

  it('forgets what is older than it may be', () => {
    writeFileSync(join(folder, 'f.log.1'), 'old\n');
    const { log } = written('f.log', { maxAgeMs: 1_000, now: () => Date.now() + 60_000 });
    log.write('new');
    expect(existsSync(join(folder, 'f.log.1'))).toBe(false);
  });

  it('that cannot be written says so once, loses lines, and comes back', () => {
    writeFileSync(join(folder, 'taken'), '');
    let now = 0;
    const { log, troubles } = written('taken/g.log', { now: () => now });
    log.write('lost');
    log.write('lost');
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toContain('taken/g.log cannot be written');
    rmSync(join(folder, 'taken'));
    now = 10_000;
    log.write('found');
    expect(read('taken/g.log')).toBe('found\n');
  });
});

describe('older ways to say where the log goes', () => {
  const alias = (index: number, values: readonly unknown[]) => {
    const found = logTargets.aliases![index]!;
    return typeof found === 'string' ? undefined : logTargets.type.safeParse(found.read(values));
  };
  it('sinks are targets', () => {
    const sinks = [
      { type: 'console', level: 'warn', use_json: true },
      {
        type: 'file',
        path: 'a.log',
        rotation: { max_size: '100MB', max_age: '7d', max_files: 3 },
        buffered: { size: 1000, flush_interval: '5s' },
      },
    ];
    expect(alias(0, [sinks])!.data).toEqual([
      { type: 'console', level: 'warn', format: 'json' },
      { type: 'file', path: 'a.log', max_size_bytes: 104_857_600, max_age: 604_800, max_files: 3 },
    ]);
  });
  it('a destination with its file is one target, or two', () => {
    expect(alias(1, ['both', { path: 'a.log' }])!.data).toMatchObject([{ type: 'console' }, { type: 'file', path: 'a.log' }]);
    expect(alias(1, ['console', { path: 'a.log' }])!.data).toEqual([{ type: 'console' }]);
    expect(alias(1, [undefined, { path: 'a.log' }])!.data).toMatchObject([{ type: 'file', path: 'a.log' }]);
    expect(alias(1, ['file', undefined])!.success).toBe(false);
    expect(alias(1, ['moon', undefined])!.success).toBe(false);
  });
});
