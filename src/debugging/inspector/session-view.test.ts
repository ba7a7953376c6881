import { describe, expect, it } from 'vitest';
import type { ScriptView } from './script-view.ts';
import { SessionView } from './session-view.ts';

const script: ScriptView = {
  filename: 'main.js',
  url: 'file:///tmp/main.js',
  wrapperLine: -1,
  source: 'one\ntwo',
  sourceMapUrl: '',
  shown: (place) => place,
  inScript: (place) => place,
  isAdded: () => false,
};
const parsed = (more: object = {}) =>
  JSON.stringify({
    method: 'Debugger.scriptParsed',
    params: { scriptId: '7', url: 'main.js', embedderName: 'main.js', startLine: -1, ...more },
  });

describe('what an inspector says to a debugger', () => {
  it('is left out or passed on when it is not what was expected', () => {
    const view = new SessionView(script, 'A task', false);
    for (const text of ['', 'null', '[]', '7', '{', '{"method":5}', '{"params":{}}']) expect(view.fromInspector(text)).toBeNull();
    for (const method of [
      'Debugger.paused',
      'Debugger.resumed',
      'Debugger.breakpointResolved',
      'Runtime.executionContextCreated',
      'Debugger.scriptParsed',
    ]) {
      for (const params of [undefined, null, [], 'text', { callFrames: 'none' }, { callFrames: [null, 7, []] }, { context: [] }]) {
        expect(() => view.fromInspector(JSON.stringify({ method, params }))).not.toThrow();
      }
    }
    expect(() => view.fromInspector(`{"method":"Debugger.paused","params":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).not.toThrow();
    expect(() => view.fromInspector('{"method":"Debugger.resumed","params":{"__proto__":{"polluted":true}}}')).not.toThrow();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('takes the first script of the task’s name for the task, whatever calls itself so later', () => {
    const view = new SessionView(script, 'A task', false);
    expect(JSON.parse(view.fromInspector(parsed())!)).toMatchObject({ params: { url: 'file:///tmp/main.js', startLine: 0 } });
    expect(JSON.parse(view.fromInspector(parsed({ scriptId: '8' }))!)).toMatchObject({ params: { url: 'main.js' } });
  });

  it('finds the script although its code gives it another name', () => {
    const view = new SessionView(script, 'A task', false);
    expect(JSON.parse(view.fromInspector(parsed({ url: 'named.js' }))!)).toMatchObject({ params: { url: 'file:///tmp/main.js' } });
    const { toInspector } = view.fromDebugger(
      '{"id":1,"method":"Debugger.setBreakpointByUrl","params":{"url":"file:///tmp/main.js","lineNumber":1}}',
    );
    expect(JSON.parse(toInspector[0]!)).toMatchObject({ params: { url: 'named.js', lineNumber: 1 } });
  });

  it('holds no scripts, contexts, frames and stops of the platform', () => {
    const view = new SessionView(script, 'A task', false);
    view.fromInspector(parsed());
    expect(view.fromInspector(parsed({ scriptId: '1', url: 'platform:realm', embedderName: 'platform:realm' }))).toBeNull();
    expect(view.fromInspector(parsed({ scriptId: '2', url: 'ratchet:gate', embedderName: 'ratchet:gate' }))).toBeNull();
    expect(view.fromInspector('{"method":"Runtime.executionContextCreated","params":{"context":{"id":1,"name":"default"}}}')).toBeNull();
    const paused = (scriptIds: string[]) =>
      view.fromInspector(
        JSON.stringify({
          method: 'Debugger.paused',
          params: {
            reason: 'other',
            callFrames: scriptIds.map((scriptId) => ({ url: '', location: { scriptId, lineNumber: 3, columnNumber: 0 } })),
          },
        }),
      );
    expect(paused(['2'])).toBeNull();
    expect(view.fromInspector('{"method":"Debugger.resumed","params":{}}')).toBeNull();
    expect(JSON.parse(paused(['7', '1', '2'])!)).toMatchObject({ params: { callFrames: [{ url: 'file:///tmp/main.js' }] } });
    expect(view.fromInspector('{"method":"Debugger.resumed","params":{}}')).not.toBeNull();
  });
});
