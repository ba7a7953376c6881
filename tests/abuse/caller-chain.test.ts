import { expect } from 'vitest';
import { attack } from './attack.ts';

// Sloppy functions tell who called them; the callers of a task are the platform's own functions.
attack({
  name: 'the chain of callers ends at the task',
  code: `return function task() {
    const found = [];
    const climb = function () {
      let at = climb.caller;
      for (let i = 0; at && i < 20; i++) { found.push(at.name); try { at = at.caller; } catch (error) { found.push(error.name); break; } }
      return 1;
    };
    climb();
    [1].forEach(climb);
    const one = { toJSON: climb };
    try { reportProgress(one); } catch {}
    return found.filter((name) => !['task', 'climb', '', 'TypeError', 'forEach'].includes(name));
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
