import { randomTask } from './random-task.ts';

/** A task to keep with a recording of it: its files without the metadata, and its input. */
export interface CorpusTask {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly input: unknown;
  readonly limits?: { readonly wallMs: number };
}

const main = (body: string) => ({ 'main.js': `async function main(input, context) {\n${body}\n}\n` });

/** Tasks that between them use everything a recording holds. */
export function corpusTasks(origin: string): CorpusTask[] {
  const random = [3, 7, 12, 21, 34, 55, 89, 144].map((seed): CorpusTask => ({
    name: `random-${seed}`,
    files: { 'main.js': `${randomTask(seed, origin)}\n` },
    input: {},
  }));
  return [
    ...random,
    {
      name: 'every-look-at-the-clock',
      files: main(`const seen = [];
  for (let i = 0; i < 50; i++) seen.push(Date.now(), new Date().toString(), performance.now(), process.uptime(), new Intl.DateTimeFormat('en', { timeStyle: 'full' }).format());
  await new Promise((done) => setTimeout(done, 15));
  return [...seen, Date.now()];`),
      input: {},
    },
    {
      name: 'secrets',
      files: main(`const url = '${origin}/answer?api_key=' + encodeURIComponent(input.password);
  const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + input.token }, body: JSON.stringify({ secret: input.password }) });
  console.log('sent', input.password, input.token);
  return { status: answer.status, password: input.password };`),
      input: { user: 'bob', password: 'correct horse & battery', token: 'tok-1234567890' },
    },
    {
      name: 'in-parallel-and-out-of-order',
      files: main(`const numbers = [];
  await Promise.all(Array.from({ length: 30 }, async (_, n) => { const r = await fetch('${origin}/answer?n=' + n); numbers.push([n, (await r.json()).number]); }));
  return numbers;`),
      input: {},
    },
    {
      name: 'typescript-in-two-files',
      files: {
        'main.ts': `import { doubled } from './doubled.ts';\n\nexport default async (input: { n: number }) => {\n  const response = await fetch('${origin}/answer');\n  return { n: doubled(input.n), status: response.status, id: crypto.randomUUID() };\n};\n`,
        'doubled.ts': 'export const doubled = (n: number): number => n * 2;\n',
      },
      input: { n: 21 },
    },
    {
      name: 'out-of-time',
      files: main(`console.log('waiting', Date.now());\n  return (await fetch('${origin}/slow')).status;`),
      input: {},
      limits: { wallMs: 30 },
    },
    {
      name: 'out-of-time-reading',
      files: main(`console.log('waiting', Date.now());\n  return fetch('${origin}/slow').status;`),
      input: {},
      limits: { wallMs: 30 },
    },
    {
      name: 'throws',
      files: main(`await fetch('${origin}/answer');\n  throw new HttpError(418, 'no coffee ' + Math.random());`),
      input: {},
    },
    {
      name: 'input-refused',
      files: { ...main('return 1;'), 'input.schema.json': '{"type":"object","required":["city"]}\n' },
      input: { town: 'Bonn' },
    },
  ];
}
