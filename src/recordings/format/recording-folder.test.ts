import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingNotFound, recordingUnwritable } from '../errors.ts';
import { recordingForTest } from '../recording-for-test.ts';
import { readRecording, writeRecording } from './recording-folder.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'recordings-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const error = { code: 'TASK_FAILED', message: 'no', hint: 'h', retryable: false, data: {} };

describe('the folder of a recording', () => {
  it('is named for its time and holds the five files', () => {
    const path = writeRecording(folder, recordingForTest({ output: '{"a":1}', input: '{"b":[2]}' }));
    expect(path).toBe(join(folder, 'ratchet_session_20231114_221320'));
    expect(readdirSync(path).toSorted()).toEqual(['effects', 'input.json', 'output.json', 'ratchet.log', 'requests.har']);
    expect(JSON.parse(readFileSync(join(path, 'input.json'), 'utf8'))).toEqual({ b: [2] });
    expect(readFileSync(join(path, 'output.json'), 'utf8')).toBe('{\n  "a": 1\n}\n');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('holds the error of an execution that failed', () => {
    const path = writeRecording(folder, recordingForTest({ error }));
    expect(readdirSync(path)).toContain('error.json');
    expect(readdirSync(path)).not.toContain('output.json');
    expect(JSON.parse(readFileSync(join(path, 'error.json'), 'utf8'))).toEqual(error);
  });

  it('gets a number when the second has one already', () => {
    const paths = [1, 2, 3].map(() => writeRecording(folder, recordingForTest()));
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual([
      'ratchet_session_20231114_221320',
      'ratchet_session_20231114_221320_2',
      'ratchet_session_20231114_221320_3',
    ]);
  });

  it('is written whole or not at all', () => {
    // A file stands where a folder should be: the disk refuses in the middle of the work.
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    expect(() => writeRecording(join(blocked, 'deep'), recordingForTest())).toThrow(/could not be written/);
    // A log line that cannot be put in order of time breaks off after the first files.
    const broken = { ...recordingForTest(), progress: [{ atMs: 1, update: 1n }] };
    const thrown = (() => {
      try {
        return void writeRecording(folder, broken);
      } catch (caught) {
        return caught;
      }
    })();
    expect(recordingUnwritable.is(thrown)).toBe(true);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is read by its path, by its file, and from requests and input alone', () => {
    const path = writeRecording(folder, recordingForTest({ output: '1', input: '{"x":1}' }));
    expect(readRecording(path).recording.output).toBe('1');
    expect(readRecording(join(path, 'effects')).recording.output).toBe('1');
    rmSync(join(path, 'effects'));
    const bare = readRecording(path);
    expect(bare.recording).toMatchObject({ madeBy: 'HAR', input: '{"x":1}', output: '1', hasOutcome: true, turns: null });
    rmSync(join(path, 'output.json'));
    expect(readRecording(join(path, 'requests.har')).recording).toMatchObject({ hasOutcome: false, output: null });
  });

  it('tells of a copy that was edited, which changes nothing', () => {
    const path = writeRecording(folder, recordingForTest({ output: '1' }));
    expect(readRecording(path).notes).toEqual([]);
    writeFileSync(join(path, 'input.json'), '{"changed":true}');
    const { recording, notes } = readRecording(path);
    expect(recording.input).toBe('{}');
    expect(notes).toEqual([expect.stringContaining('input.json was changed')]);
  });

  it.each([
    ['nothing there', () => {}, 'nothing is there', 'x'],
    ['a folder without a recording', () => mkdirSync(join(folder, 'x')), 'neither effects nor requests.har', 'x'],
    [
      'requests without an input',
      () => {
        mkdirSync(join(folder, 'x'));
        writeFileSync(join(folder, 'x', 'requests.har'), '{}');
      },
      'Recording input file not found: ',
      'x',
    ],
  ])('says what is wrong with %s', (_name, prepare, why, name) => {
    prepare();
    const read = () => readRecording(join(folder, name));
    expect(read).toThrow(why);
    try {
      read();
    } catch (caught) {
      expect(recordingNotFound.is(caught)).toBe(true);
    }
  });
});
