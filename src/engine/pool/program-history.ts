import type { LaneName } from './lanes.ts';

const suspectForMs = 10 * 60_000;
const mostSuspects = 1_000;
const mostQuick = 10_000;
/** Processor time up to which a program counts as quick, and from which it no longer does; in between it stays what it was. */
const quickUpToMs = 50;
const slowFromMs = 200;

/** What the host remembers of programs, to know whom to run beside whom. Bounded, and lost when the process ends: then all are unknown again. */
export class ProgramHistory {
  readonly #quick = new Set<string>();
  readonly #suspects = new Map<string, { untilMs: number; isProven: boolean }>();

  laneOf(program: string, nowMs: number): LaneName {
    const suspicion = this.#suspects.get(program);
    if (suspicion !== undefined && suspicion.untilMs > nowMs) return 'suspect';
    if (suspicion !== undefined) this.#suspects.delete(program);
    return this.#quick.has(program) ? 'quick' : 'unknown';
  }

  /** It ended by itself within its limits. */
  endedWell(program: string, cpuMs: number, lane: LaneName): void {
    // One that was only near when a worker ended is cleared by running alone once.
    if (lane === 'suspect' && this.#suspects.get(program)?.isProven === false) this.#suspects.delete(program);
    if (cpuMs >= slowFromMs) this.#quick.delete(program);
    else if (cpuMs <= quickUpToMs && !this.#quick.has(program)) {
      this.#quick.add(program);
      if (this.#quick.size > mostQuick) this.#quick.delete(this.#quick.values().next().value!);
    }
  }

  /** It broke a limit (`isProven`), or was one of several in a worker that ended. Suspected for ten minutes. */
  endedBadly(program: string, nowMs: number, isProven: boolean): void {
    const wasProven = this.laneOf(program, nowMs) === 'suspect' && this.#suspects.get(program)!.isProven;
    this.#quick.delete(program);
    this.#suspects.delete(program);
    this.#suspects.set(program, { untilMs: nowMs + suspectForMs, isProven: isProven || wasProven });
    if (this.#suspects.size > mostSuspects) this.#suspects.delete(this.#suspects.keys().next().value!);
  }

  get suspects(): number {
    return this.#suspects.size;
  }
}
