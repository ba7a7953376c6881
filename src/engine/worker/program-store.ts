import type { ToWorkerOf } from '../protocol.ts';
import { CalmRecord } from './calm-record.ts';

/** A program as the worker keeps it. */
export interface KeptProgram {
  readonly id: string;
  readonly script: string;
  readonly filename: string;
  readonly lineOffset: number;
  readonly inputCheck: string | null;
  readonly outputCheck: string | null;
  /** Code cache of `script`, made by ourselves in the first isolate that compiled it; never accepted from outside. */
  codeCache: object | undefined;
  readonly calm: CalmRecord;
}

const mostPrograms = 200;

/** The programs this worker knows, least recently used first out. The host sends one again when it is asked to. */
export class ProgramStore {
  readonly #programs = new Map<string, KeptProgram>();

  get(id: string): KeptProgram | undefined {
    const program = this.#programs.get(id);
    if (program) {
      this.#programs.delete(id);
      this.#programs.set(id, program);
    }
    return program;
  }

  keep(message: ToWorkerOf<'program'>, payload: Buffer): void {
    let at = 0;
    const take = (bytes: number) => (bytes < 0 ? null : payload.toString('utf8', at, (at += bytes)));
    const script = take(message.scriptBytes) ?? '';
    const inputCheck = take(message.inputCheckBytes);
    const outputCheck = take(message.outputCheckBytes);
    this.#programs.set(message.program, {
      id: message.program,
      script,
      filename: message.filename,
      lineOffset: message.lineOffset,
      inputCheck,
      outputCheck,
      codeCache: undefined,
      calm: new CalmRecord(),
    });
    for (const oldest of this.#programs.keys()) {
      if (this.#programs.size <= mostPrograms) break;
      this.#programs.delete(oldest);
    }
  }
}
