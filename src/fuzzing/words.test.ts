import { expect, it } from 'vitest';
import { wordsOf } from './words.ts';

it('finds the texts, numbers and names of the code', () => {
  const words = wordsOf([`if (input.mode === 'legacy' || size > 4711) return "it's" + order.total.toFixed(2) + \`tick\`; // 1.5`]);
  expect(words.texts).toEqual(['legacy', "it's", 'tick']);
  expect(words.numbers).toEqual([4711, 2, 1.5]);
  expect(words.names).toEqual(['mode', 'total']);
});

it('keeps few of many', () => {
  const { texts } = wordsOf([Array.from({ length: 5_000 }, (_, index) => `'word${index}'`).join(';')]);
  expect(texts.length).toBe(200);
});
