import { describe, expect, it } from 'vitest';
import { ProgramHistory } from './program-history.ts';

const minute = 60_000;

describe('what is remembered of programs', () => {
  it('makes a program quick after one short run, and unknown again after a long one', () => {
    const history = new ProgramHistory();
    expect(history.laneOf('p', 0)).toBe('unknown');
    history.endedWell('p', 3, 'unknown');
    expect(history.laneOf('p', 0)).toBe('quick');
    history.endedWell('p', 100, 'quick');
    expect(history.laneOf('p', 0)).toBe('quick');
    history.endedWell('p', 500, 'quick');
    expect(history.laneOf('p', 0)).toBe('unknown');
  });

  it('suspects a program that broke a limit for ten minutes, however well it runs meanwhile', () => {
    const history = new ProgramHistory();
    history.endedWell('p', 1, 'unknown');
    history.endedBadly('p', 0, true);
    history.endedWell('p', 1, 'suspect');
    expect(history.laneOf('p', 9 * minute)).toBe('suspect');
    expect(history.laneOf('p', 11 * minute)).toBe('quick');
  });

  it('clears one that was only near when a worker ended, once it has run alone', () => {
    const history = new ProgramHistory();
    history.endedBadly('p', 0, false);
    expect(history.laneOf('p', 1)).toBe('suspect');
    history.endedWell('p', 1, 'suspect');
    expect(history.laneOf('p', 1)).toBe('quick');
  });

  it('does not forget a proven suspicion because of an unproven one', () => {
    const history = new ProgramHistory();
    history.endedBadly('p', 0, true);
    history.endedBadly('p', 1, false);
    history.endedWell('p', 1, 'suspect');
    expect(history.laneOf('p', 2)).toBe('suspect');
  });

  it('stays within bounds', () => {
    const history = new ProgramHistory();
    for (let i = 0; i < 20_000; i++) history.endedBadly(`p${i}`, 0, true);
    expect(history.suspects).toBe(1_000);
    for (let i = 0; i < 20_000; i++) history.endedWell(`q${i}`, 1, 'unknown');
    expect(history.laneOf('q0', 0)).toBe('unknown');
    expect(history.laneOf('q19999', 0)).toBe('quick');
  });
});
