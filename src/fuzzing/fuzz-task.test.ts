import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTask } from '#tasks/index.ts';
import { readTestCases, runCase, type TestCase } from '#task-tests/index.ts';
import { filesOfTask, fuzzHarness, smallTask, type FuzzHarness, type SmallTask } from './fuzz-harness.ts';
import { fuzzTask, type FuzzRequest } from './fuzz-task.ts';
import { FuzzReport } from './report.ts';

let harness: FuzzHarness;
const root = mkdtempSync(join(tmpdir(), 'ratchet-fuzz-'));
beforeAll(async () => {
  harness = await fuzzHarness();
});
afterAll(async () => {
  await harness.close();
  chmodSync(root, 0o700);
  rmSync(root, { recursive: true, force: true });
});

const number = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const text = { type: 'object', properties: { t: { type: 'string' } }, required: ['t'] };

async function fuzz(task: SmallTask, options: Partial<FuzzRequest> = {}) {
  const report = await fuzzTask(harness, { task: await smallTask(task), runs: 300, seed: 1, ...options });
  return FuzzReport.parse(report);
}

/** Kinds and classes of what was found. */
async function found(task: SmallTask, options: Partial<FuzzRequest> = {}): Promise<string[]> {
  const { findings } = await fuzz(task, options);
  return findings.map(({ kind, errorClass }) => errorClass ?? kind);
}

describe('a run is a finding', () => {
  it.each<[string, SmallTask, string]>([
    ['when it throws a TypeError', { code: '(i) => i.t[0].toUpperCase()', input: text }, 'TypeError'],
    ['when it throws a plain Error', { code: `(i) => { if (i.n === 1) throw new Error('one'); return 1; }`, input: number }, 'Error'],
    ['when it throws what is no error', { code: `(i) => { if (i.n === 1) throw 'one'; return 1; }`, input: number }, 'string'],
    ['when it throws an object', { code: '(i) => { if (i.n === 1) throw { code: 1 }; return 1; }', input: number }, 'Object'],
    ['when it rejects', { code: 'async (i) => { await null; return null.x; }', input: number }, 'TypeError'],
    ['when it runs out of stack', { code: 'function main(i) { return i.n === 3 ? main(i) : 1; }', input: number }, 'RangeError'],
    ['when its output breaks the schema', { code: '(i) => ({ n: i.n / 2 })', input: number, output: number }, 'output-invalid'],
    ['when its output is no JSON', { code: '(i) => ({ n: 1 / i.n })', input: number, output: text }, 'output-not-json'],
    ['when it never settles', { code: '(i) => new Promise((done) => { if (i.n !== 0) done(1); })', input: number }, 'never-settled'],
    ['when it loops', { code: '(i) => { while (i.n === 7); return 1; }', input: number }, 'endless'],
    ['when its timers follow each other without end', { code: '(i) => new Promise((done) => { const again = () => (i.n === 1 ? setTimeout(again, 60000) : done(1)); again(); })', input: number }, 'endless'],
    ['when it asks again and again', { code: `async (i) => { while (i.n === 1) await fetch('https://a.example.com/'); return 1; }`, input: number }, 'too-many-requests'],
    ['when it asks for page after page', { code: `async (i) => { for (let page = 1; i.n === 1; page++) await fetch('https://a.example.com/' + page); return 1; }`, input: number }, 'too-many-requests'],
    ['when a request fails unseen', { code: `(i) => { fetch('https://a.example.com/'); return 1; }`, input: number }, 'unseen-request'],
  ])('%s', async (name, task, kind) => {
    expect(await found(task, { runs: /loops|timers|asks/.test(name) ? 48 : 300 })).toContain(kind);
  }); // prettier-ignore

  it('when a kept realm makes the second run differ from the first', async () => {
    const code = 'module.exports = (i) => { globalThis.count = (globalThis.count ?? 0) + 1; return { n: i.n, count }; };';
    expect(await found({ code, input: number, metadata: { isolation: 'warm' } })).toEqual(['nondeterministic']);
    expect(await found({ code, input: number })).toEqual([]);
  });
});

describe('a run is no finding', () => {
  it.each<[string, SmallTask]>([
    ['when it throws an error of the ten classes', { code: `() => { throw new DataError('no'); }`, input: number }],
    ['when it throws an error of a class of its own', { code: `class TooMany extends Error {}\nmodule.exports = () => { throw new TooMany('no'); };`, input: number }],
    ['when it passes on its own id', { code: '(i, context) => context.executionId', input: number }],
    ['when it passes on time and chance', { code: '() => [Date.now(), Math.random(), crypto.randomUUID()]', input: number }],
    ['when it waits for an hour', { code: 'async (i) => { await new Promise((done) => setTimeout(done, 3600000)); return 1; }', input: number }],
    ['when it waits until a time', { code: 'async () => { const end = Date.now() + 60000; while (Date.now() < end) await new Promise((done) => setTimeout(done, 1000)); return 1; }', input: number }],
    ['when a guard of a request is slower than the answer', { code: `async () => { const stop = new AbortController(); const timer = setTimeout(() => stop.abort(), 5000); const response = await fetch('https://a.example.com/', { signal: stop.signal }); clearTimeout(timer); return response.status; }`, input: number }],
    ['when it leaves failures of requests to the platform', { code: `async () => { const response = await fetch('https://a.example.com/'); await response.text(); return 1; }`, input: number }],
    ['when it asks for every item of a long list', { code: `async (i) => { for (const id of i.ids) { const r = await fetch('https://a.example.com/' + id); if (!r.ok) throw new DataError(); } return 1; }`, input: { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer' } } }, required: ['ids'] } }],
  ])('%s', async (name, task) => {
    expect((await fuzz(task, { runs: /until|every/.test(name) ? 60 : 200 })).findings).toEqual([]);
  }); // prettier-ignore

  it('when a test expects the error: the same words, or the same line', async () => {
    const code = `(i) => {\n  if (i.t === '') throw new Error('no text');\n  if (i.t.length > 3) throw new Error('text ' + JSON.stringify(i.t) + ' is ' + i.t.length + ' long');\n  return 1;\n}`;
    expect(await found({ code, input: text })).toEqual(['Error', 'Error']);
    const said = [
      { input: { t: '' }, expected_error: 'no text' },
      { input: { t: 'four' }, expected_error: 'text "four" is 4 long' },
    ];
    expect(await found({ code, input: text, tests: said })).toEqual([]);
    const line = [
      { input: { t: '' }, expected_error: { class: 'Error', message: 'no text' } },
      { input: { t: 'four' }, should_fail: true },
    ];
    expect(await found({ code, input: text, tests: line })).toEqual([]);
    expect(await found({ code, input: text, tests: said.slice(0, 1) })).toEqual(['Error']);
  });

  it('when its class is allowed', async () => {
    const task = { code: `(i) => { if (i.n === 1) throw new RangeError('one'); return i.n === 0 ? null.x : 1; }`, input: number };
    expect(await found(task, { allowErrors: ['RangeError'] })).toEqual(['TypeError']);
  });
});

describe('what is found', () => {
  it('is told once for each place, with the smallest case and the line', async () => {
    const code = `function main(i) {\n  if (i.list.length > 3) return i.list[9].x;\n  return i.list[0].y;\n}`;
    const input = { type: 'object', properties: { list: { type: 'array', items: { type: 'object' } } }, required: ['list'] };
    const { findings, state, runs } = await fuzz({ code, input });
    expect([state, runs]).toEqual(['failed', 300]);
    expect(findings.map(({ title, input: smallest }) => [title, smallest])).toEqual(
      expect.arrayContaining([
        ['TypeError at main.js:2', { list: [{}, {}, {}, {}] }],
        ['TypeError at main.js:3', { list: [] }],
      ]),
    );
    expect(findings).toHaveLength(2);
    expect(findings[0]).toMatchObject({
      place: { file: 'main.js', source: expect.arrayContaining([expect.objectContaining({ line: 2 })]) },
      stack: expect.stringContaining('TypeError'),
    });
    expect(findings[0]!.hits + findings[1]!.hits).toBeGreaterThan(50);
  });

  it('shows the one fault it needs, in words', async () => {
    const task: SmallTask = {
      code: `async (i) => { const r = await fetch('https://a.example.com/users/' + i.n); if (!r.ok) throw new DataError('down'); const user = await r.json().catch(() => ({ name: '' })); return user.name.trim(); }`,
      input: number,
      tests: [
        {
          input: { n: 1 },
          mock: { http: { url: 'https://a.example.com/users/1', response: { body: { id: 1, name: 'Ada', tags: ['x'] } } } },
          expected_output: 'Ada',
        },
      ],
    };
    const { findings } = await fuzz(task, { runs: 600 });
    const one = findings.find(({ message }) => message.includes("null (reading 'trim')"));
    expect(one).toMatchObject({
      input: { n: 0 },
      at: '2026-01-15T12:00:00.000Z',
      answers: [{ method: 'GET', status: 200, notes: ['body.name is null'], body: '{"id":1,"name":null,"tags":["x"]}' }],
    });
  });

  it('is one thing where the task passes on what it is answered', async () => {
    const output = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['a', 'b'] };
    const tests = [
      {
        input: { n: 1 },
        mock: { http: { url: 'https://a.example.com/', response: { body: { a: 'x', b: 1 } } } },
        expected_output: { a: 'x', b: 1 },
      },
    ];
    const { findings } = await fuzz({ code: `() => fetch('https://a.example.com/').body`, input: number, output, tests });
    expect(findings.map(({ title }) => title)).toEqual(['output invalid']);
    expect(findings[0]!.also.length).toBeGreaterThan(1);
  });

  it('is the same for the same seed, and each case can be run alone', async () => {
    const task = { code: `(i) => i.t.split(' ')[3].length`, input: text };
    const [first, second] = [await fuzz(task, { seed: 42 }), await fuzz(task, { seed: 42 })];
    const told = ({ findings, runs }: FuzzReport) => JSON.stringify([runs, findings]);
    expect(told(first)).toBe(told(second));
    const [finding] = first.findings;
    const alone = await fuzz(task, { runs: 1, seed: finding!.seed });
    expect(alone.findings).toEqual([{ ...finding, hits: 1 }]);
  });

  it('comes from times at which calendars are awkward, too', async () => {
    const { findings } = await fuzz({ code: `() => ({ n: new Date().getUTCMonth() === 1 ? null : 1 })`, input: number, output: number });
    expect(findings).toMatchObject([{ kind: 'output-invalid', at: '2024-02-29T12:00:00.000Z' }]);
  });
});

describe('inputs', () => {
  it('are any objects without a schema, and those of the tests varied', async () => {
    const code = `(i) => { if (typeof i !== 'object' || i === null || Array.isArray(i)) throw new Error('no object'); if (i.mode === 'deep' && i.level === null) null.x; return 1; }`;
    const report = await fuzz({ code, tests: [{ input: { mode: 'deep', level: 1 }, expected_output: 1 }] });
    expect(report.findings.map(({ errorClass, input }) => [errorClass, input])).toEqual([['TypeError', { mode: 'deep', level: null }]]);
    expect(report.notes).toEqual([expect.stringContaining('no input schema')]);
  });

  it('hold what the code treats in a special way', async () => {
    expect(await found({ code: `(i) => (i.t === 'legacy-mode' ? null.x : 1)`, input: text })).toEqual(['TypeError']);
    expect(await found({ code: `(i) => (i.n > 123456 && i.n < 123459 ? null.x : 1)`, input: number })).toEqual(['TypeError']);
  });

  it('reach the task as they are, -0 included', async () => {
    expect(await found({ code: '(i) => (Object.is(i.n, -0) ? null.x : 1)', input: number })).toEqual(['TypeError']);
  });

  it('that cannot be made are an error that says why', async () => {
    await expect(fuzz({ code: '(i) => 1', input: { type: 'integer', minimum: 2, maximum: 1 } })).rejects.toMatchObject({
      code: 'FUZZ_SCHEMA_TOO_HARD',
      message: expect.stringContaining('no number fits'),
    });
  });
});

describe('an end before the end', () => {
  it('comes with time', async () => {
    const report = await fuzz({ code: '(i) => 1', input: number }, { runs: 10_000_000, seconds: 0.5 });
    expect([report.endedBy, report.state, report.runs > 0]).toEqual(['time', 'passed', true]);
  });

  it('comes when somebody stops it', async () => {
    const stop = new AbortController();
    const report = await fuzz(
      { code: '(i) => 1', input: number },
      { runs: 10_000_000, signal: stop.signal, notify: ({ kind }) => void (kind === 'fuzzing' && stop.abort()) },
    );
    expect([report.endedBy, report.state]).toEqual(['stop', 'stopped']);
  });

  it('tells how far it is on the way', async () => {
    const seen: number[] = [];
    await fuzz({ code: '(i) => 1', input: number }, { notify: (event) => void (event.kind === 'fuzzing' && seen.push(event.progress)) });
    expect([seen.length > 3, seen.at(-1), seen.toSorted((a, b) => a - b)]).toEqual([true, 1, seen]);
  });
});

describe('a test for a finding', () => {
  let count = 0;
  const write = (task: SmallTask): string => {
    const folder = join(root, `task-${++count}`);
    mkdirSync(join(folder, 'tests'), { recursive: true });
    for (const [file, content] of Object.entries(filesOfTask(task))) writeFileSync(join(folder, file), content);
    return folder;
  };
  const fuzzFolder = async (folder: string, options: Partial<FuzzRequest> = {}) =>
    fuzzTask(harness, { task: await loadTask(folder), runs: 200, seed: 1, writes: true, ...options });
  const run = async (folder: string, file: string) => {
    const task = await loadTask(folder);
    const test = readTestCases(task).find((one): one is TestCase => one.kind === 'case' && one.file === file)!;
    const { report } = await runCase(harness, task, test, { signal: new AbortController().signal });
    return [report.state, report.failures.map(({ message }) => message).join()];
  };

  const buggy: SmallTask = { code: '(i) => i.t[0].length', input: text };
  const planted: readonly (readonly [name: string, task: SmallTask, mended: string])[] = [
    ['an exception', buggy, '(i) => (i.t[0] ?? "").length'],
    ['an exception that becomes a typed one', buggy, `(i) => { if (i.t === '') throw new ValidationError('no text'); return 1; }`],
    ['a loop', { code: '(i) => { while (i.n === 1); return 1; }', input: number }, '(i) => 1'],
    ['timers without end', { code: '(i) => new Promise((done) => { const again = () => (i.n === 1 ? setTimeout(again, 60000) : done(1)); again(); })', input: number }, '(i) => new Promise((done) => setTimeout(done, 120000, 1))'],
    ['an unhandled status', { code: `async () => { const r = await fetch('https://a.example.com/x'); return r.status === 200 ? 1 : null.x; }`, input: number }, `async () => { const r = await fetch('https://a.example.com/x'); if (!r.ok) throw new DataError('no'); return 1; }`],
    ['an unseen failure', { code: `() => { fetch('https://a.example.com/x'); return 1; }`, input: number }, `() => { fetch('https://a.example.com/x', { throwOnError: false }).catch(() => {}); return 1; }`],
    ['tries without end', { code: `async () => { for (;;) { const r = await fetch('https://a.example.com/x'); if (r.status !== 429) return 1; } }`, input: number, tests: [{ input: { n: 1 }, mock: { http: { url: 'https://a.example.com/x', response: { status: 200, body: 1 } } }, expected_output: 1 }] }, `async () => { for (let n = 0; n < 3; n++) { const r = await fetch('https://a.example.com/x'); if (r.status !== 429) return 1; } throw new RateLimitError(); }`],
  ]; // prettier-ignore

  it.each(planted)('of %s fails as long as the bug is there, and passes without it', async (name, task, mended) => {
    const folder = write(task);
    const { findings, notes } = await fuzzFolder(folder, { runs: /loop|timers/.test(name) ? 48 : 600 });
    expect(notes.filter((note) => note.includes('test'))).toEqual(notes.filter((note) => note.includes('mocks')));
    const { file } = findings[0]!;
    expect(file).toMatch(/^tests\/fuzz-.+-001\.json$/);
    expect((await run(folder, file!))[0]).toBe('failed');
    writeFileSync(join(folder, 'main.js'), mended);
    expect(await run(folder, file!)).toEqual(['passed', '']);
  });

  it('passes as well when the schema no longer allows the input', async () => {
    const folder = write(buggy);
    const { findings } = await fuzzFolder(folder);
    const stricter = { ...text, properties: { t: { type: 'string', minLength: 1 } } };
    writeFileSync(join(folder, 'input.schema.json'), JSON.stringify(stricter));
    expect(await run(folder, findings[0]!.file!)).toEqual(['passed', '']);
  });

  it('is written once, as long as it fails, and never over another', async () => {
    const folder = write(buggy);
    const [first] = (await fuzzFolder(folder)).findings;
    const before = readFileSync(join(folder, first!.file!), 'utf8');
    const [second] = (await fuzzFolder(folder, { seed: 99 })).findings;
    expect([second!.file, readdirSync(join(folder, 'tests'))]).toEqual([first!.file, [first!.file!.slice('tests/'.length)]]);
    writeFileSync(join(folder, 'main.js'), '(i) => (i.t === "" ? 0 : i.t[2].length)');
    const [third] = (await fuzzFolder(folder)).findings;
    expect(third!.file).toBe(first!.file!.replace('001', '002'));
    expect(readFileSync(join(folder, first!.file!), 'utf8')).toBe(before);
  });

  it('does not change what the same seed finds', async () => {
    const folder = write({ ...buggy, tests: [{ input: { t: 'abc' }, expected_output: 1 }] });
    const cases = async () => (await fuzzFolder(folder, { seed: 5 })).findings.map(({ input, seed }) => [input, seed]);
    expect(await cases()).toEqual(await cases());
  });

  it('is not written for an archive, and the report says so', async () => {
    const { findings, notes } = await fuzz(buggy, { writes: true });
    expect([findings[0]!.file, notes]).toEqual([null, ['No test was written: the task is an archive.']]);
  });

  it.skipIf(process.getuid?.() === 0)('is not written into a folder that forbids it, and the report says so', async () => {
    const folder = write(buggy);
    chmodSync(join(folder, 'tests'), 0o500);
    const { findings, notes } = await fuzzFolder(folder);
    expect(findings[0]!.file).toBeNull();
    expect(notes.join()).toMatch(/Cannot write a test into .*EACCES/);
  });

  it('that cannot be written leaves the findings, and the report says why', async () => {
    const folder = write(buggy);
    rmSync(join(folder, 'tests'), { recursive: true });
    writeFileSync(join(folder, 'tests'), 'a file is in the way');
    const { findings, notes } = await fuzzFolder(folder);
    expect([findings.length, findings[0]!.file]).toEqual([1, null]);
    expect(notes.join()).toMatch(/Cannot write a test into .*EEXIST/);
  });
});
