import { describe, expect, it } from 'vitest';
import { TurnOrder, type Turn } from './turn-order.ts';

const waitingFor = (requests: number[], answers: number[] = []) => ({
  requests: new Set(requests),
  answers: new Map(answers.map((id) => [id, null])),
});
const all = (order: TurnOrder, pending: ReturnType<typeof waitingFor>) => {
  const turns: string[] = [];
  for (let turn: Turn | null = order.take(pending); turn !== null && turn.kind !== 'end'; turn = order.take(pending)) {
    turns.push(`${turn.kind} ${turn.id}`);
    if (turn.kind === 'answer') pending.answers.delete(turn.id);
  }
  return turns;
};

describe('the order of turns in a replay', () => {
  it('hands answers in as they were handed in, however they arrive', () => {
    const order = new TurnOrder(['r3', 'r1', 'r2']);
    expect(all(order, waitingFor([], [1, 2, 3]))).toEqual(['answer 3', 'answer 1', 'answer 2']);
  });

  it('waits for an answer whose turn it is', () => {
    const order = new TurnOrder(['r1', 'r2']);
    const pending = waitingFor([1], [2]);
    expect(order.canFollow(pending)).toBe(true);
    expect(order.take(pending)).toBeNull();
  });

  it('lets timers come when their turn comes, not when their time has passed', () => {
    const order = new TurnOrder(['t2', 'r3', 't1']);
    order.start(1, 1);
    order.start(2, 60_000);
    expect(all(order, waitingFor([], [3]))).toEqual(['timer 2', 'answer 3', 'timer 1']);
  });

  it('says that a task goes another way when its turn cannot come', () => {
    expect(new TurnOrder(['r1']).canFollow(waitingFor([], []))).toBe(false);
    expect(new TurnOrder(['t1']).canFollow(waitingFor([1], []))).toBe(false);
    expect(new TurnOrder([]).canFollow(waitingFor([], []))).toBe(true);
  });

  it('goes on by itself afterwards: answers by number, then timers by due time, where time goes on with them', () => {
    const order = new TurnOrder(['r9']);
    order.leave();
    order.start(1, 50);
    order.start(2, 10);
    order.start(3, 10);
    const pending = waitingFor([], [8, 5]);
    expect(all(order, pending)).toEqual(['answer 5', 'answer 8', 'timer 2', 'timer 3', 'timer 1']);
    order.start(4, 10);
    order.start(5, 5);
    expect(all(order, pending)).toEqual(['timer 5', 'timer 4']);
  });

  it('lets no timer overtake a request by itself', () => {
    const order = new TurnOrder([]);
    order.start(1, 1);
    expect(order.take(waitingFor([2], []))).toBeNull();
  });

  it('forgets a timer that was stopped', () => {
    const order = new TurnOrder([]);
    order.start(1, 1);
    order.stop(1);
    expect(order.timers).toBe(0);
    expect(order.take(waitingFor([]))).toBeNull();
  });

  it('follows a task that waits for one answer, and says when the recorded one waited in vain', () => {
    const order = new TurnOrder(['r2', 'r1', 'end']);
    expect(order.waitsFor(2)).toBe(true);
    expect(order.waitsFor(1)).toBe(true);
    expect(order.waitsFor(3)).toBe(false);
    expect(order.take(waitingFor([3]))).toEqual({ kind: 'end' });
  });

  it('leaves the recorded order when a task waits for another answer than it did', () => {
    const order = new TurnOrder(['r1', 'r2']);
    expect(order.waitsFor(2)).toBe(true);
    expect(all(order, waitingFor([], [3, 1]))).toEqual(['answer 1', 'answer 3']);
  });
});
