import { describe, expect, it } from 'vitest';
import { serverOperations } from '../../../app/server/server-operations.ts';
import { createOffer } from '../create-offer.ts';
import { estimatedTokens, toolListTokens } from './tool-list-cost.ts';

const { tools, instructions } = createOffer();
const names = tools.map(({ name }) => name);

describe('the tools of the server', () => {
  it('have names of their own that every client takes', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^ratchet_[a-z_]{1,56}$/.test(name))).toEqual([]);
  });

  it('serve every operation that says which tool it is served by', () => {
    const promised = (serverOperations as readonly { on: { mcp?: string } }[]).flatMap(({ on }) => (on.mcp === undefined ? [] : [on.mcp]));
    expect(promised.length).toBeGreaterThan(5);
    expect(promised.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('and their instructions are short enough to be sent to every model', () => {
    expect(toolListTokens(tools)).toBeLessThanOrEqual(6_000);
    expect(estimatedTokens(instructions)).toBeLessThan(400);
    const named = [...instructions.matchAll(/ratchet_[a-z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('speak of no tool that there is not', () => {
    const named = tools.flatMap(({ description }) => [...description.matchAll(/ratchet_[a-z_]+/g)].map(([name]) => name));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('the estimate of tokens', () => {
  it.each([
    ['Run a task now', 4],
    ['execution_id', 3],
    ['"type":"string"', 5],
    ['{"a":{"b":1234}}', 9],
    ['internationalization', 2],
    ['', 0],
  ])('of %s is %i', (text, tokens) => {
    expect(estimatedTokens(text)).toBe(tokens);
  });
});
