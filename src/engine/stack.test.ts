import { describe, expect, it } from 'vitest';
import { authorFrames, stackText } from './stack.ts';

const plain = { filename: 'main.js', columnShift: null, sourceMap: null };

describe('stack traces', () => {
  it('name the author’s file, line and column and nothing of the platform', () => {
    const stack = [
      'TypeError: no',
      '    at inner (main.js:4:18)',
      '    at async Promise.all (index 0)',
      '    at async main (main.js:9:3)',
      '    at run (platform:realm:10:5)',
      '    at (<isolated-vm boundary>)',
    ].join('\n');
    expect(authorFrames(stack, plain)).toEqual([
      { function: 'inner', file: 'main.js', line: 4, column: 18 },
      { function: 'main', file: 'main.js', line: 9, column: 3 },
    ]);
  });

  it('take back the columns that a word of ours in front of the code added, on that line only', () => {
    const stack = 'Error: x\n    at main.js:1:40\n    at main.js:1:3\n    at main.js:2:40';
    const columns = authorFrames(stack, { ...plain, columnShift: { line: 1, column: 5, by: 7 } }).map((f) => f.column);
    expect(columns).toEqual([33, 3, 40]);
  });

  it('survive lines made to look like frames', () => {
    const stack = `Error: ${'('.repeat(5000)}\n    at ${'a'.repeat(5000)} (main.js:1:1)\n    at (((main.js:x:y)))\n    at ok (main.js:1:2)`;
    expect(authorFrames(stack, plain)).toEqual([{ function: 'ok', file: 'main.js', line: 1, column: 2 }]);
  });

  it('keep at most twenty frames', () => {
    const stack = `Error: deep\n${'    at f (main.js:1:1)\n'.repeat(100)}`;
    expect(authorFrames(stack, plain)).toHaveLength(20);
  });

  it('read well as text', () => {
    const text = stackText('DataError', 'bad', [
      { function: 'f', file: 'main.ts', line: 1, column: 2 },
      { function: '', file: 'main.ts', line: 3, column: 4 },
    ]);
    expect(text).toBe('DataError: bad\n    at f (main.ts:1:2)\n    at main.ts:3:4');
  });
});
