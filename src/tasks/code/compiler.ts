import { CodeProblem } from './parse.ts';

type Esbuild = typeof import('esbuild');

const limits = {
  /** Brackets open at once. Hand-written code stays below 30, machine-made code below 300. */
  nesting: 2_000,
  /** Milliseconds for one task. A megabyte takes about a tenth of a second. */
  timeMs: 20_000,
  /** Milliseconds after the last task. The process wakes 45 times a second while it waits, and starts again in some 20 ms. */
  idleMs: 5_000,
} as const;

let underWay = 0;
let idle: NodeJS.Timeout | undefined;

/**
 * Runs one request of the TypeScript compiler and bundler, which is a process of its own shared by all tasks. Code that kills it (it has
 * no guard against deep nesting) or keeps it busy must not spoil it for the others: it is then stopped, and starts anew at the next
 * request.
 * @throws CodeProblem where the code is to blame for a stop; what the compiler says otherwise
 */
export async function compile<Result>(work: (esbuild: Esbuild) => Promise<Result>): Promise<Result> {
  const esbuild = await import('esbuild');
  clearTimeout(idle);
  underWay++;
  try {
    return await compileTwice(esbuild, work);
  } finally {
    underWay--;
    if (underWay === 0) idle = setTimeout(() => void esbuild.stop(), limits.idleMs).unref();
  }
}

async function compileTwice<Result>(esbuild: Esbuild, work: (esbuild: Esbuild) => Promise<Result>): Promise<Result> {
  try {
    return await inTime(esbuild, work(esbuild));
  } catch (error) {
    if (!isStopped(error)) throw error;
  }
  // Perhaps the code of another task ended the process while this one waited: alone with a fresh one, the answer is certain.
  await esbuild.stop();
  try {
    return await inTime(esbuild, work(esbuild));
  } catch (error) {
    if (!isStopped(error)) throw error;
    await esbuild.stop();
    throw new CodeProblem(
      'code-syntax',
      'The code ended the compiler: it is nested too deeply.',
      null,
      'Take deeply nested expressions apart.',
    );
  }
}

async function inTime<Result>(esbuild: Esbuild, request: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new CodeProblem('code-syntax', `The code took longer than ${limits.timeMs} ms to compile.`, null, 'Take it apart.'));
      void esbuild.stop();
    }, limits.timeMs);
    timer.unref();
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
    request.catch(() => {});
  }
}

function isStopped(error: unknown): boolean {
  return error instanceof Error && /^The service (was stopped|is no longer running)/.test(error.message);
}

/** Keeps the compiler from what would end it. Brackets in texts and comments count too; they come in pairs, near enough. @throws CodeProblem */
export function refuseDeepNesting(text: string, file: string): void {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x28 || char === 0x5b || char === 0x7b) open += 1;
    else if ((char === 0x29 || char === 0x5d || char === 0x7d) && open > 0) open -= 1;
    if (open > limits.nesting) throw new CodeProblem('code-syntax', 'The code is nested too deeply to be read.', null, 'Split it.', file);
  }
}
