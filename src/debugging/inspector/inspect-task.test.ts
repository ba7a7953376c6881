import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { DevtoolsClient, type Paused } from '#testing/devtools-client.ts';
import { ratchet, type RatchetEnd } from '#testing/ratchet-process.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ratchet-inspect-')));
afterAll(() => rmSync(folder, { recursive: true }));

function task(files: Record<string, string>): string {
  const path = mkdtempSync(join(folder, 'task-'));
  const metadata = { uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Debugged' };
  for (const [file, text] of Object.entries({ 'metadata.json': JSON.stringify(metadata), ...files })) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

interface Debugged {
  client: DevtoolsClient;
  end: Promise<RatchetEnd>;
  pid: () => number;
}

/** Runs the command and connects to the address that it prints. */
async function debug(path: string, flags: string[] = ['--inspect-brk=0'], input: unknown = {}): Promise<Debugged> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let stderr = '';
  let pid = 0;
  const end = ratchet(['run-once', path, ...flags, '--input-json', JSON.stringify(input)], {
    onStart: (child) => (pid = child.pid!),
    onStderr(text) {
      stderr += text;
      const url = /^Debugger listening on (ws:\/\/\S+)$/m.exec(stderr)?.[1];
      if (url) resolve(url);
    },
  });
  void end.then(() => reject(new Error(stderr)));
  return { client: await DevtoolsClient.connect(await promise), end, pid: () => pid };
}

/** What every debugger says first; resolves when the task stands before its first line. */
async function enable(client: DevtoolsClient): Promise<Paused> {
  await client.ask('Runtime.enable');
  await client.ask('Debugger.enable');
  return client.stopAfter(() => client.ask('Runtime.runIfWaitingForDebugger'));
}

const js = `// Adds what it is given.
function add(a, b) {
  const sum = a + b;
  return sum;
}

(function (input) {
  const first = input.a;
  const second = input.b;
  const total = add(first, second);
  console.log('total is', total);
  return { total };
})
`;

describe('a debugger at a task in JavaScript', () => {
  it('stops at a breakpoint in the author’s file, evaluates, steps and goes on, and the run ends as always', async () => {
    const path = task({ 'main.js': js });
    const url = pathToFileURL(join(path, 'main.js')).href;
    const { client, end } = await debug(path, ['--inspect-brk=0'], { a: 40, b: 2 });
    const start = await enable(client);
    expect(start).toMatchObject({ reason: 'Break on start', callFrames: [{ url, location: { lineNumber: 7 } }] });
    expect([...client.scripts().keys()]).toEqual([url]);
    const { scriptId, startLine } = client.scripts().get(url)!;
    expect(startLine).toBe(0);
    expect(await client.ask('Debugger.getScriptSource', { scriptId })).toEqual({ scriptSource: js });

    const breakpoint = await client.ask<{ locations: object[] }>('Debugger.setBreakpointByUrl', { url, lineNumber: 3, columnNumber: 0 });
    expect(breakpoint.locations).toMatchObject([{ scriptId, lineNumber: 3 }]);
    const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
    expect(stop.callFrames.map(({ functionName, location }) => [functionName, location.lineNumber])).toEqual([
      ['add', 3],
      ['', 9],
    ]);
    const { callFrameId } = stop.callFrames[0]!;
    const evaluated = await client.ask('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'sum', returnByValue: true });
    expect(evaluated['result']).toMatchObject({ value: 42 });

    const steps: number[] = [];
    for (let i = 0; i < 3; i++) {
      steps.push((await client.stopAfter(() => client.ask('Debugger.stepOver'))).callFrames[0]!.location.lineNumber);
    }
    expect(steps).toEqual([10, 11, 11]);
    await client.ask('Debugger.resume');
    await client.closed;
    const said = client.seen.filter(({ method }) => method === 'Runtime.consoleAPICalled').map(({ params }) => params['args']);
    expect(said).toEqual([[{ type: 'string', value: 'total is 42' }]]);
    expect(client.seen.at(-1)!.method).toBe('Inspector.detached');
    const { code, stdout, stderr } = await end;
    expect([code, stdout]).toEqual([0, '{"total":42}\n']);
    expect(stderr).toMatch(
      /^Debugger listening on ws:\/\/127\.0\.0\.1:\d+\/[\da-f-]{36}\nOpen in Chrome: devtools:\/\/[^\n]*\n[^\n]*Ctrl-C[^\n]*\n/,
    );
    expect(stderr).toContain('\nDebugger attached.\n');
  });

  it('finds columns and breakpoints on a line that something was put into', async () => {
    const path = task({ 'main.js': 'const base = 1;\n(function (input) { const x = input.a + base; debugger; return x; })' });
    const { client, end } = await debug(path, ['--inspect-brk=0'], { a: 1 });
    const start = await enable(client);
    expect(start.callFrames[0]!.location).toMatchObject({ lineNumber: 0, columnNumber: 13 });
    const url = pathToFileURL(join(path, 'main.js')).href;
    const line = '(function (input) { const x = input.a + base; debugger; return x; })';
    const at = { url, lineNumber: 1, columnNumber: line.indexOf('debugger') };
    const { locations } = await client.ask<{ locations: object[] }>('Debugger.setBreakpointByUrl', at);
    expect(locations).toMatchObject([{ lineNumber: 1, columnNumber: line.indexOf('debugger') }]);
    const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
    expect(stop.callFrames[0]!.location).toMatchObject({ lineNumber: 1, columnNumber: line.indexOf('debugger') });
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '2\n' });
  });

  it('takes breakpoints as editors set them: by a pattern, and before anything runs', async () => {
    const path = task({ 'main.js': js });
    const { client, end } = await debug(path, ['--inspect-brk=0'], { a: 1, b: 2 });
    const urlRegex = `file:\\/\\/${join(path, 'main.js').replaceAll(/[.\\/]/g, '\\$&')}($|\\?)`;
    void client.ask('Debugger.enable');
    void client.ask('Debugger.setBreakpointByUrl', { urlRegex, lineNumber: 2, columnNumber: 0 });
    await client.stopAfter(() => client.ask('Runtime.runIfWaitingForDebugger'));
    const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
    expect([stop.callFrames[0]!.functionName, stop.callFrames[0]!.location.lineNumber, stop.hitBreakpoints]).toEqual([
      'add',
      2,
      [expect.any(String)],
    ]);
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '{"total":3}\n' });
  });

  it('keeps breakpoints apart that were set at different times, and takes away the right one', async () => {
    const code = `(async function () {
  const seen = [];
  for (let i = 0; i < 6; i++) {
    seen.push('a');
    seen.push('b');
    seen.push('c');
    await new Promise((done) => setTimeout(done, 1));
  }
  return seen.length;
})`;
    const path = task({ 'main.js': code });
    const url = pathToFileURL(join(path, 'main.js')).href;
    const { client, end } = await debug(path);
    await enable(client);
    const set = async (lineNumber: number) =>
      (await client.ask<{ breakpointId: string }>('Debugger.setBreakpointByUrl', { url, lineNumber, columnNumber: 0 })).breakpointId;
    const next = async () => {
      const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
      return [stop.callFrames[0]!.location.lineNumber, stop.hitBreakpoints];
    };
    const a = await set(3);
    expect(await next()).toEqual([3, [a]]);
    const b = await set(4);
    expect(await next()).toEqual([4, [b]]);
    // Behind an await: V8 counts breakpoints from one again.
    expect(await next()).toEqual([3, [a]]);
    const c = await set(5);
    expect(await next()).toEqual([4, [b]]);
    expect(await next()).toEqual([5, [c]]);
    expect(await next()).toEqual([3, [a]]);
    await client.ask('Debugger.removeBreakpoint', { breakpointId: c });
    expect(await next()).toEqual([4, [b]]);
    expect(await next()).toEqual([3, [a]]);
    await client.ask('Debugger.removeBreakpoint', { breakpointId: b });
    expect(await next()).toEqual([3, [a]]);
    await client.ask('Debugger.disable');
    expect(await end).toMatchObject({ code: 0, stdout: '18\n' });
  });

  it('steps over an await, however long that waits', async () => {
    const code = '(async function () {\n  let n = 1;\n  await new Promise((done) => setTimeout(done, 300));\n  n += 1;\n  return n;\n})';
    const { client, end } = await debug(task({ 'main.js': code }));
    const lines = [(await enable(client)).callFrames[0]!.location.lineNumber];
    while (lines.at(-1)! < 3)
      lines.push((await client.stopAfter(() => client.ask('Debugger.stepOver'))).callFrames[0]!.location.lineNumber);
    expect([...new Set(lines)]).toEqual([1, 2, 3]);
    await client.ask('Debugger.resume');
    expect((await end).stdout).toBe('2\n');
  });

  it('does not step into the platform, and sees none of it', async () => {
    const path = task({
      'main.js': '(async function () {\n  console.log("a");\n  const t = await new Promise((r) => setTimeout(r, 1));\n  return 1;\n})',
    });
    const { client, end } = await debug(path);
    let stop = await enable(client);
    const lines = [stop.callFrames[0]!.location.lineNumber];
    for (let i = 0; i < 5 && lines.at(-1) !== 3; i++) {
      stop = await client.stopAfter(() => client.ask('Debugger.stepInto'));
      lines.push(stop.callFrames[0]!.location.lineNumber);
      expect(stop.callFrames.map(({ url }) => url).join()).not.toContain('platform');
    }
    expect([...new Set(lines)]).toEqual([1, 2, 3]);
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '1\n' });
    expect(JSON.stringify(client.seen)).not.toContain('platform:');
  });

  it('evaluates in the task’s own realm without being told where that is', async () => {
    const path = task({ 'main.js': 'globalThis.mark = "of the task";\n(function () {\n  return globalThis.mark;\n})' });
    const { client, end } = await debug(path);
    await enable(client);
    await client.stopAfter(() => client.ask('Debugger.stepOver'));
    const { result } = await client.ask<{ result: object }>('Runtime.evaluate', { expression: 'globalThis.mark = "changed by hand"' });
    expect(result).toMatchObject({ value: 'changed by hand' });
    await client.ask('Debugger.resume');
    expect((await end).stdout).toBe('"changed by hand"\n');
  });
});

describe('a debugger at a task in TypeScript', () => {
  const ts = `interface Order { readonly net: number; readonly lines: readonly number[] }

enum Rate { Low = 7, High = 19 }

export default function main(input: Order): { gross: number } {
  const rate: number = Rate.High;
  const net = input.lines.reduce((sum, line) => sum + line, input.net);
  return { gross: net * (1 + rate / 100) };
}
`;
  /** Where a line of a source is in the script that runs, found as a debugger finds it: by the source map. */
  function generatedLine(sourceMapUrl: string, source: string, line: number): { lineNumber: number; columnNumber: number } {
    const json = Buffer.from(sourceMapUrl.slice(sourceMapUrl.indexOf(',') + 1), 'base64').toString('utf8');
    const map = JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0] & { sources: string[]; sourcesContent: string[] };
    expect(map.sources).toContain(source);
    expect(map.sourcesContent[map.sources.indexOf(source)]).toBe(ts);
    const found = new SourceMap(map);
    for (let lineNumber = 0; lineNumber < 100; lineNumber++) {
      for (let columnNumber = 0; columnNumber < 100; columnNumber++) {
        const entry = found.findEntry(lineNumber, columnNumber);
        if (!('originalLine' in entry) || entry.generatedLine !== lineNumber || entry.generatedColumn !== columnNumber) continue;
        if (entry.originalSource === source && entry.originalLine === line) return { lineNumber, columnNumber };
      }
    }
    throw new Error(`line ${line} is nowhere`);
  }

  it.each([
    ['one file', { 'main.ts': ts }, 'main.ts'],
    ['several files', { 'main.ts': `export { default } from './lib/order.ts';\n`, 'lib/order.ts': ts }, 'lib/order.ts'],
  ])('stops at a line of the author’s %s, found through the source map', async (_name, files, file) => {
    const path = task(files);
    const source = pathToFileURL(join(path, file)).href;
    const { client, end } = await debug(path, ['--inspect-brk=0'], { net: 100, lines: [1, 2] });
    await enable(client);
    const [url, { sourceMapURL, scriptId }] = [...client.scripts()][0]!;
    expect(url).toBe(`${pathToFileURL(join(path, 'main.ts')).href}.compiled.js`);
    const { scriptSource } = await client.ask<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId });
    const place = generatedLine(sourceMapURL, source, 7);
    expect(scriptSource.split('\n')[place.lineNumber]).toContain('return { gross');
    await client.ask('Debugger.setBreakpointByUrl', { url, ...place });
    const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
    expect(stop.callFrames[0]!.location.lineNumber).toBe(place.lineNumber);
    const { callFrameId } = stop.callFrames[0]!;
    const { result } = await client.ask<{ result: object }>('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'net + rate' });
    expect(result).toMatchObject({ value: 122 });
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: `{"gross":${103 * 1.19}}\n` });
  });
});

describe('a run with a debugger', { retry: 2 }, () => {
  const loop = '(function (input) {\n  let n = 0;\n  for (;;) { n += 1; if (input.stop) break; }\n  return n;\n})';

  it('is ended by Ctrl-C while it waits for a debugger, while it stands still, and while it loops for ever', async () => {
    for (const how of ['waits', 'stands', 'loops'] as const) {
      const { client, end, pid } = await debug(task({ 'main.js': loop }));
      if (how !== 'waits') await enable(client);
      if (how === 'loops') await client.ask('Debugger.resume');
      process.kill(pid(), 'SIGINT');
      const { code, stdout, stderr } = await end;
      expect([how, code, stdout]).toEqual([how, 130, '']);
      expect(stderr).toMatch(/CANCELLED|INTERRUPTED/);
      await client.closed;
    }
  });

  it('can be stopped in a loop, and let out of it by hand', async () => {
    const { client, end } = await debug(task({ 'main.js': loop }), ['--inspect=0'], { stop: false });
    await client.ask('Debugger.enable');
    let stop = await client.stopAfter(() => client.ask('Debugger.pause'));
    while (stop.callFrames[0]!.location.lineNumber !== 2) {
      await client.ask('Debugger.resume');
      stop = await client.stopAfter(() => client.ask('Debugger.pause'));
    }
    await client.ask('Debugger.evaluateOnCallFrame', { callFrameId: stop.callFrames[0]!.callFrameId, expression: 'input.stop = true' });
    await client.ask('Debugger.resume');
    expect((await end).code).toBe(0);
  });

  it('stops before the next line also when the task only waits', async () => {
    const code = '(async function () {\n  await new Promise((done) => setTimeout(done, 1_500));\n  return 7;\n})';
    const { client, end } = await debug(task({ 'main.js': code }));
    await enable(client);
    await client.ask('Debugger.resume');
    const stop = await client.stopAfter(() => client.ask('Debugger.pause'));
    expect(stop.callFrames[0]!.location.lineNumber).toBeGreaterThanOrEqual(1);
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '7\n' });
  });

  it('goes on when the debugger leaves', async () => {
    const { client, end } = await debug(task({ 'main.js': js }), ['--inspect-brk=0'], { a: 1, b: 1 });
    await enable(client);
    await client.close();
    expect(await end).toMatchObject({ code: 0, stdout: '{"total":2}\n' });
  });

  it('does not stop for a debugger that has not asked to be told of stops', async () => {
    const { client, end } = await debug(task({ 'main.js': js }), ['--inspect-brk=0'], { a: 1, b: 1 });
    await client.ask('Runtime.runIfWaitingForDebugger');
    expect(await end).toMatchObject({ code: 0, stdout: '{"total":2}\n' });
  });

  it('serves several debuggers at once', async () => {
    const { client, end } = await debug(task({ 'main.js': js }), ['--inspect-brk=0'], { a: 1, b: 1 });
    const other = await DevtoolsClient.connect(client.url);
    await other.ask('Debugger.enable');
    const otherStop = other.next<Paused>('Debugger.paused');
    const stop = await enable(client);
    expect((await otherStop).callFrames[0]!.location).toEqual(stop.callFrames[0]!.location);
    await client.stopAfter(() => client.ask('Debugger.stepOver'));
    await client.ask('Debugger.resume');
    expect((await end).code).toBe(0);
    await other.close();
  });

  it('has no limits of time', async () => {
    const code = '(function () {\n  return 1;\n})';
    const { client, end } = await debug(task({ 'main.js': code }), ['--inspect-brk=0', '--timeout', '100ms']);
    await enable(client);
    await client.ask('Debugger.evaluateOnCallFrame', { callFrameId: '', expression: '' }).catch(() => {});
    const { callFrames } = client.seen.find(({ method }) => method === 'Debugger.paused')!.params as unknown as Paused;
    const expression = 'for (const until = Date.now() + 700; Date.now() < until;); 1';
    await client.ask('Debugger.evaluateOnCallFrame', { callFrameId: callFrames[0]!.callFrameId, expression });
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '1\n' });
  });

  it('keeps its limit of memory, with nobody there and when the debugger leaves at the stop before it', async () => {
    const code = '(function () {\n  const all = [];\n  for (;;) all.push(new Array(10_000).fill({}));\n})';
    const flags = ['--memory', '32MB'];
    expect((await ratchet(['run-once', task({ 'main.js': code }), '--inspect=0', ...flags])).code).toBe(6);
    const { client, end } = await debug(task({ 'main.js': code }), ['--inspect-brk=0', ...flags]);
    await enable(client);
    const stop = await client.stopAfter(() => client.ask('Debugger.resume'));
    expect(stop.reason).toBe('OOM');
    await client.close();
    expect((await end).code).toBe(6);
  });

  it('survives a debugger that talks nonsense', async () => {
    const { client, end } = await debug(task({ 'main.js': js }), ['--inspect-brk=0'], { a: 1, b: 1 });
    for (const text of ['', 'null', '{}', '[1', '{"id":901}', '{"id":"a","method":"Debugger.enable"}', '{"id":905,"method":"No.such"}'])
      client.sendRaw(text);
    await enable(client);
    await client.ask('Debugger.resume');
    expect(await end).toMatchObject({ code: 0, stdout: '{"total":2}\n' });
  });

  it('says so when the port is taken, and runs nothing', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const path = task({ 'main.js': '(function () { console.log("ran"); })' });
    const { code, stderr, stdout } = await ratchet(['run-once', path, `--inspect=${port}`]);
    other.close();
    expect([code, stdout]).toEqual([8, '']);
    expect(stderr).toMatch(new RegExp(`^Error: The debugger cannot listen on 127\\.0\\.0\\.1:${port}: another program uses it\\.`));
    expect(stderr).not.toContain('ran');
  });

  it('gives the task no way to the inspector', async () => {
    const code = `(function () {
      const names = ['inspector', 'require', 'process', '__inspector', 'InspectorBackend'];
      const found = names.filter((name) => typeof globalThis[name] !== 'undefined' && name !== 'process');
      const console_ = Object.getOwnPropertyNames(console).concat(Object.getOwnPropertyNames(Object.getPrototypeOf(console)));
      const line = ['copy', 'inspect', '$_', '$0', 'getEventListeners', 'queryObjects', 'monitor', 'debug', 'dir'].filter((name) => name in globalThis);
      return { found, binding: typeof process.binding, profile: console_.includes('profile'), context: console_.includes('context'), line };
    })`;
    const { client, end } = await debug(task({ 'main.js': code }));
    await enable(client);
    await client.ask('Debugger.resume');
    expect(JSON.parse((await end).stdout)).toEqual({ found: [], binding: 'undefined', profile: false, context: false, line: [] });
  });
});
