import type { Task } from '#tasks/index.ts';
import type { SourcePosition } from '../source-positions.ts';

const breaks = /\r\n|[\n\r\u2028\u2029]/g;

/** The text of a task's files, by positions. */
export class AuthorText {
  readonly #files: Task['files'];
  readonly #lineStarts = new Map<string, readonly number[]>();

  constructor(files: Task['files']) {
    this.#files = files;
  }

  /** The line of a position, without its end; null where there is none. */
  line(position: SourcePosition): string | null {
    const starts = this.#startsOf(position.file);
    const start = starts[position.line - 1];
    return start === undefined
      ? null
      : this.#text(position.file)
          .slice(start, starts[position.line])
          .replace(/[\n\r\u2028\u2029]+$/, '');
  }

  /** The text from one position to another of the same file. */
  between(from: SourcePosition, to: SourcePosition): string {
    return this.#text(from.file).slice(this.#offset(from), this.#offset(to));
  }

  /** At most `length` characters before a position, and as many from it on. */
  around(position: SourcePosition, length: number): { before: string; after: string } {
    const at = this.#offset(position);
    const text = this.#text(position.file);
    return { before: text.slice(Math.max(0, at - length), at), after: text.slice(at, at + length) };
  }

  #offset({ file, line, column }: SourcePosition): number {
    return (this.#startsOf(file)[line - 1] ?? Infinity) + column - 1;
  }

  #text(file: string): string {
    return this.#files[file] ?? '';
  }

  #startsOf(file: string): readonly number[] {
    let starts = this.#lineStarts.get(file);
    if (!starts) {
      starts = [0, ...[...this.#text(file).matchAll(breaks)].map(({ index, 0: found }) => index + found.length)];
      this.#lineStarts.set(file, starts);
    }
    return starts;
  }
}
