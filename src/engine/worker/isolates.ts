import { Checker } from './checker.ts';
import type { KeptProgram } from './program-store.ts';
import { TaskIsolate, type Realm } from './realm.ts';

/** Released realms are collected late; after this many an isolate is replaced, which bounds what they hold. */
const mostUses = 500;
/** An isolate whose heap holds more than this part of its limit after a run is replaced, so the next run gets its full share. */
const fullestHeap = 0.5;

export type IsolationLevel = 'fresh' | 'isolate' | 'warm';

export interface Lease {
  readonly isolate: TaskIsolate;
  readonly realm: Realm;
}

interface Shelf {
  readonly idle: TaskIsolate[];
  warm: Map<TaskIsolate, Realm>;
}

/**
 * The isolates of this worker. One serves one program with one memory limit, and one execution at a time, so a limit that ends it
 * ends only that execution.
 */
export class Isolates {
  readonly #shelves = new Map<string, Shelf>();
  readonly #checkers = new Map<string, Checker>();
  readonly #most: number;
  #idleCount = 0;

  constructor(most: number) {
    this.#most = most;
  }

  checker(program: KeptProgram): Checker {
    let checker = this.#checkers.get(program.id);
    if (!checker) {
      checker = new Checker(program);
      this.#checkers.set(program.id, checker);
      for (const [id, oldest] of this.#checkers) {
        if (this.#checkers.size <= this.#most) break;
        this.#checkers.delete(id);
        oldest.dispose();
      }
    } else {
      this.#checkers.delete(program.id);
      this.#checkers.set(program.id, checker);
    }
    return checker;
  }

  /** Takes an isolate and a realm for one execution. Throws what V8 says when the code does not compile. */
  take(program: KeptProgram, memoryMb: number, level: IsolationLevel): Lease {
    const shelf = this.#shelf(program, memoryMb, level);
    let isolate = shelf.idle.pop();
    if (isolate) this.#idleCount--;
    isolate ??= new TaskIsolate(program, memoryMb);
    const realm = shelf.warm.get(isolate) ?? isolate.takeRealm();
    if (level === 'warm') shelf.warm.set(isolate, realm);
    return { isolate, realm };
  }

  /** Takes an isolate back after an execution. `heapBytes` is what its heap holds now. */
  giveBack({ isolate, realm }: Lease, level: IsolationLevel, heapBytes: number): void {
    const shelf = this.#shelf(isolate.program, isolate.memoryMb, level);
    const isSpent = level === 'isolate' || isolate.uses >= mostUses || heapBytes > isolate.memoryMb * 1_048_576 * fullestHeap;
    if (level !== 'warm' || isSpent) realm.release();
    if (isSpent || isolate.isBroken || isolate.isolate.isDisposed) {
      shelf.warm.delete(isolate);
      isolate.dispose();
      return;
    }
    shelf.idle.push(isolate);
    this.#idleCount++;
    this.#evict();
  }

  /** Makes ahead what the next execution of this program will need. Called while the worker is idle. */
  prepare(program: KeptProgram, memoryMb: number, level: IsolationLevel): void {
    const shelf = this.#shelf(program, memoryMb, level);
    if (shelf.idle.length === 0) {
      shelf.idle.push(new TaskIsolate(program, memoryMb));
      this.#idleCount++;
      this.#evict();
    }
    const isolate = shelf.idle.at(-1);
    if (isolate && level !== 'warm' && isolate.spares.length === 0) isolate.spares.push(isolate.makeRealm());
  }

  /** Disposes every idle isolate and every schema check; the next execution makes its own again. */
  purge(): void {
    for (const shelf of this.#shelves.values()) {
      for (const isolate of shelf.idle.splice(0)) {
        shelf.warm.delete(isolate);
        isolate.dispose();
      }
    }
    this.#idleCount = 0;
    for (const checker of this.#checkers.values()) checker.dispose();
    this.#checkers.clear();
  }

  #shelf(program: KeptProgram, memoryMb: number, level: IsolationLevel): Shelf {
    const key = `${program.id} ${memoryMb} ${level}`;
    const shelf = this.#shelves.get(key) ?? { idle: [], warm: new Map<TaskIsolate, Realm>() };
    this.#shelves.delete(key);
    this.#shelves.set(key, shelf);
    return shelf;
  }

  #evict(): void {
    for (const [key, shelf] of this.#shelves) {
      while (this.#idleCount > this.#most && shelf.idle.length > 0) {
        const isolate = shelf.idle.shift()!;
        shelf.warm.delete(isolate);
        isolate.dispose();
        this.#idleCount--;
      }
      if (shelf.idle.length === 0 && shelf.warm.size === 0 && this.#shelves.size > this.#most) this.#shelves.delete(key);
      if (this.#idleCount <= this.#most) return;
    }
  }
}
