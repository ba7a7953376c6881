import { describe, expect, it } from 'vitest';
import { foldedStacks } from './flamegraph.ts';

const task = { uuid: 'u', version: '1.2.0', label: 'My; Task' };
const cost = { wallMs: 100, waitedMs: 80, cpuMs: 5, heapBytes: 1, requests: 2, bytesIn: 1, bytesOut: 1, queueMs: 0 };
const effect = (number: number, startedMs: number, durationMs: number, url: string, line: number) => ({
  number,
  kind: 'http' as const,
  method: 'GET',
  url,
  startedMs,
  durationMs,
  status: 200,
  failure: null,
  requestBytes: 0,
  responseBytes: 0,
  attempts: 1,
  site: { function: 'load', file: 'main.js', line, column: 1 },
});
const sum = (folded: string) => folded.split('\n').reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

describe('the folded stacks of an execution', () => {
  it('add up to its time, and give what overlaps to the request that had been open longest', () => {
    const folded = foldedStacks({
      task,
      cost,
      effects: [effect(2, 20, 40, 'https://b.example/?key=1', 7), effect(1, 10, 30, 'https://a.example/x', 3)],
    });
    expect(folded.split('\n')).toEqual([
      'My Task@1.2.0;load main.js:3;GET https://a.example/x 30000',
      'My Task@1.2.0;load main.js:7;GET https://b.example/ 20000',
      'My Task@1.2.0;(code of the task) 5000',
      'My Task@1.2.0;(waiting) 45000',
    ]);
    expect(sum(folded)).toBe(100_000);
  });

  it('are one stack for a task that asks for nothing', () => {
    expect(foldedStacks({ task, cost: { ...cost, wallMs: 3, cpuMs: 9 }, effects: [] })).toBe('My Task@1.2.0;(code of the task) 3000');
  });

  it('do without a cost, of an execution that was lost', () => {
    expect(sum(foldedStacks({ task, cost: null, effects: [effect(1, 10, 30, 'https://a.example/x', 3)] }))).toBe(40_000);
  });
});
