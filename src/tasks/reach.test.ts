import { expect, it } from 'vitest';
import { reachGrowth } from './reach.ts';

it('of a new task is all it may reach, hosts and MCP servers', () => {
  expect(reachGrowth(undefined, { network: ['a.example'], requirements: { mcp: ['search', 'search'] } }, false)).toEqual([
    'a.example',
    'mcp://search',
  ]);
  expect(reachGrowth(undefined, {}, false)).toEqual(['*:*']);
});

it('of a later version is what the one before could not reach', () => {
  const before = { network: ['a.example'], requirements: { mcp: ['search'] } };
  expect(reachGrowth(before, before, false)).toEqual([]);
  expect(reachGrowth(before, { network: [], requirements: {} }, false)).toEqual([]);
  expect(reachGrowth(before, { network: ['a.example'], requirements: { mcp: ['search', 'mail'] } }, false)).toEqual(['mcp://mail']);
  expect(reachGrowth({ network: [] }, { network: [], requirements: { mcp: ['mail'] } }, false)).toEqual(['mcp://mail']);
});
