// Every check of the repository in one go: all failures are shown, not only the first. `npm run check`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Check {
  readonly name: string;
  /** Program in node_modules/.bin (npm puts it on PATH) and its arguments. */
  readonly run: readonly string[];
  /** What whoever fails it does next. */
  readonly advice: string;
  /** It reads what an earlier one has written, so it waits for all before it. */
  readonly waits?: true;
}

const checks: readonly Check[] = [
  { name: 'types', run: ['tsc', '-p', '.'], advice: 'Correct the types named above.' },
  { name: 'types of the realm', run: ['tsc', '-p', 'src/engine/realm'], advice: 'Code of the realm has no Node and no DOM.' },
  {
    name: 'types of the trace page',
    run: ['tsc', '-p', 'src/debugging/trace-page/browser'],
    advice: 'Code of the page has a DOM and no Node.',
  },
  {
    name: 'types of the trace page tests',
    run: ['tsc', '-p', 'src/debugging/trace-page/browser/tsconfig.test.json'],
    advice: 'Correct the types named above.',
  },
  {
    name: 'types of the playground',
    run: ['tsc', '-p', 'src/surfaces/graphql/playground/browser'],
    advice: 'Code of the page has a DOM and no Node.',
  },
  {
    name: 'types of the playground tests',
    run: ['tsc', '-p', 'src/surfaces/graphql/playground/browser/tsconfig.test.json'],
    advice: 'Correct the types named above.',
  },
  { name: 'types of the realm tests', run: ['tsc', '-p', 'src/engine/realm/tsconfig.test.json'], advice: 'Correct the types named above.' },
  {
    name: 'lint',
    run: ['oxlint', '--type-aware', '--deny-warnings'],
    advice: 'Correct it; switch a rule off only with a reason beside it.',
  },
  { name: 'format', run: ['oxfmt', '--check'], advice: 'Run `npx oxfmt`.' },
  { name: 'generated pages', run: ['node', 'scripts/generate.ts', '--check'], advice: 'Run `npm run generate` and commit the result.' },
  {
    name: 'generated worker',
    run: ['node', 'scripts/build-worker.ts', '--check'],
    advice: 'Run `npm run generate` and commit the result.',
  },
  {
    name: 'generated trace page',
    run: ['node', 'scripts/build-trace-page.ts', '--check'],
    advice: 'Run `npm run generate` and commit the result.',
  },
  {
    name: 'generated playground',
    run: ['node', 'scripts/build-playground.ts', '--check'],
    advice: 'Run `npm run generate` and commit the result.',
  },
  { name: 'unused code', run: ['knip'], advice: 'Delete what nothing uses.' },
  { name: 'build', run: ['node', 'scripts/build.ts'], advice: 'Correct what the build names.' },
  { name: 'package', waits: true, run: ['publint', '--strict'], advice: 'Correct package.json: what it promises to npm must exist.' },
  {
    name: 'tidy and docs',
    // Only what reads; the examples and the published package are run by `npm test`.
    run: ['vitest', 'run', 'tests/tidy.test', 'tests/tidy-rules', 'tests/docs.test', 'tests/requirements.test', '--reporter=dot'],
    advice: 'Each message says what to do.',
  },
];

const isPresent = ({ run }: Check): boolean => {
  const file = run.find((argument) => /^(?:src|scripts)\//.test(argument));
  return file === undefined || existsSync(join(root, file));
};

const wanted = process.argv.slice(2);
const chosen = checks.filter((check) => isPresent(check) && (wanted.length === 0 || wanted.some((word) => check.name.includes(word))));
const failed: Check[] = [];
/** A check uses little more than one processor. */
const atOnce = 2;

const running = new Set<Promise<void>>();
for (const check of chosen) {
  while (running.size >= (check.waits ? 1 : atOnce)) await Promise.race(running);
  const done: Promise<void> = perform(check).finally(() => running.delete(done));
  running.add(done);
}
await Promise.all(running);

async function perform(check: Check): Promise<void> {
  const started = performance.now();
  const { code, output } = await outputOf(check.run);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'}  ${check.name} (${seconds} s)\n`);
  if (code === 0) return;
  failed.push(check);
  process.stdout.write(`${output.trim()}\n\n`);
}

process.stdout.write(
  failed.length === 0 ? `\nAll ${chosen.length} checks passed.\n` : `\n${failed.length} of ${chosen.length} checks failed:\n`,
);
for (const { name, advice } of failed) process.stdout.write(`  ${name}: ${advice}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function outputOf([program, ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) =>
      resolve({
        code: 1,
        output: `${program} cannot be started: ${error.message}. Run \`npm ci\`, and start this with \`npm run check\`.`,
      }),
    );
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
