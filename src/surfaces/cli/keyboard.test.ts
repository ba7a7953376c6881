import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createKeyboard } from './keyboard.ts';

/** A terminal's input as far as keys go. */
function terminal() {
  const stdin = new PassThrough() as PassThrough & { setRawMode(isRaw: boolean): void; modes: boolean[] };
  stdin.modes = [];
  stdin.setRawMode = (isRaw) => stdin.modes.push(isRaw);
  return stdin;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a keyboard', () => {
  it('hands over keys one by one while somebody listens, and lets the terminal be otherwise', async () => {
    const stdin = terminal();
    const keys: string[] = [];
    const keyboard = createKeyboard(stdin as never, () => {});
    expect(stdin.modes).toEqual([]);
    const stop = keyboard.listen((key) => keys.push(key));
    stdin.write('aé\r');
    await turn();
    stop();
    stop();
    stdin.write('b');
    await turn();
    expect(keys).toEqual(['a', 'é', '\r']);
    expect(stdin.modes).toEqual([true, false]);
    expect(stdin.isPaused()).toBe(true);
  });

  it('gives keys to whoever began to listen last, and then to the others again', async () => {
    const stdin = terminal();
    const keys: string[] = [];
    const keyboard = createKeyboard(stdin as never, () => {});
    const stopFirst = keyboard.listen((key) => keys.push(`first ${key}`));
    const stopSecond = keyboard.listen((key) => keys.push(`second ${key}`));
    stdin.write('a');
    await turn();
    stopSecond();
    stdin.write('b');
    await turn();
    stopFirst();
    expect(keys).toEqual(['second a', 'first b']);
    expect(stdin.modes).toEqual([true, false]);
  });

  it('turns Ctrl-C into an interruption, which the terminal no longer does', async () => {
    const stdin = terminal();
    const keys: string[] = [];
    const stop = createKeyboard(stdin as never, () => keys.push('interrupted')).listen((key) => keys.push(key));
    stdin.write('a\u0003b');
    await turn();
    stop();
    expect(keys).toEqual(['a', 'interrupted', 'b']);
  });
});
