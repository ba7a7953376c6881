import { expect, it } from 'vitest';
import { confirmed } from './confirmed.ts';

const asked: string[] = [];
const client = (answer: 'yes' | 'no' | 'cannot-ask') => ({
  confirm: async (question: string) => {
    asked.push(question);
    return answer;
  },
});

it.each([
  ['yes', false, null],
  ['yes', true, null],
  ['no', false, 'MCP_CONFIRMATION_DECLINED'],
  ['no', true, 'MCP_CONFIRMATION_DECLINED'],
  ['cannot-ask', false, 'MCP_CONFIRMATION_NEEDED'],
  ['cannot-ask', true, null],
] as const)('a person who says %s, with force %s: %s', async (answer, force, code) => {
  const going = confirmed(client(answer), 'delete the task addition', force);
  const outcome = await going.then(
    () => null,
    (error: { code: string }) => error.code,
  );
  expect(outcome).toBe(code);
  expect(asked.at(-1)).toBe('Do you want to delete the task addition?');
});
