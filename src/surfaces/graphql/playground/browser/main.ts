import { failuresOf, readEvents } from './answers.ts';
import { createEditor } from './editor.ts';
import { at } from './element.ts';
import { createExplorer } from './explorer.ts';
import { createHistory } from './history.ts';
import { keep, kept } from './kept.ts';
import { prettify } from './prettify.ts';
import { introspection, schemaOf, type Introspection, type Schema } from './schema.ts';
import { operationsOf } from './tokens.ts';

const first = `query Tasks {
  tasks(limit: 10) {
    items {
      name
      version
      description
    }
    meta {
      total
    }
  }
}
`;

const query = at('query', HTMLTextAreaElement);
const variables = at('variables', HTMLTextAreaElement);
const headers = at('headers', HTMLTextAreaElement);
const operation = at('operation', HTMLSelectElement);
const answer = at('answer', HTMLElement);
let schema: Schema | null = null;
let running: AbortController | null = null;

query.value = kept('query', first);
variables.value = kept('variables', '{}');
const editor = createEditor(query, () => schema);
const history = createHistory((asked) => {
  editor.replace(asked.query);
  variables.value = asked.variables;
});

function showOperations(): void {
  const chosen = operation.value;
  operation.replaceChildren(...operationsOf(query.value).map((name) => new Option(name, name, false, name === chosen)));
}

function show(got: unknown): void {
  answer.textContent += `${answer.textContent === '' ? '' : '\n\n'}${JSON.stringify(got, null, 2)}`;
  at('errors', HTMLElement).append(...failuresOf(got, (line, column) => editor.goTo(line, column)));
}

function say(text: string): void {
  at('state', HTMLElement).textContent = text;
}

/** A field of the page that holds a JSON object; empty is an empty one. */
function objectIn(field: HTMLTextAreaElement, name: string): Record<string, unknown> {
  try {
    const said = JSON.parse(field.value.trim() || '{}') as unknown;
    if (typeof said === 'object' && said !== null && !Array.isArray(said)) return said as Record<string, unknown>;
  } catch (caught) {
    throw new Error(`${name}: ${(caught as Error).message}`, { cause: caught });
  }
  throw new Error(`${name}: write a JSON object`);
}

async function ask(body: unknown, accept: string, signal?: AbortSignal): Promise<Response> {
  return fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(objectIn(headers, 'Headers') as Record<string, string>) },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function run(): Promise<void> {
  running?.abort();
  const own = (running = new AbortController());
  answer.textContent = '';
  at('errors', HTMLElement).replaceChildren();
  at('stop', HTMLButtonElement).disabled = false;
  say('Running');
  const started = performance.now();
  try {
    const asked = { query: query.value, variables: objectIn(variables, 'Variables'), operationName: operation.value || null };
    history.add({ query: query.value, variables: variables.value });
    const response = await ask(asked, 'text/event-stream, application/json', own.signal);
    if ((response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
      say('Following');
      await readEvents(response, show);
    } else show(await response.json());
    say(`Ended after ${Math.round(performance.now() - started)} ms`);
  } catch (caught) {
    say(own.signal.aborted ? 'Stopped' : (caught as Error).message);
  }
  if (running === own) at('stop', HTMLButtonElement).disabled = true;
}

async function readSchema(): Promise<void> {
  try {
    const { data } = (await (await ask({ query: introspection }, 'application/json')).json()) as { data?: Introspection };
    if (data === undefined) throw new Error('it was refused');
    schema = schemaOf(data);
    createExplorer(schema);
  } catch (caught) {
    at('schema', HTMLElement).textContent = `The schema cannot be asked for: ${(caught as Error).message}.`;
  }
}

at('run', HTMLElement).addEventListener('click', () => void run());
at('stop', HTMLElement).addEventListener('click', () => running?.abort());
at('prettify', HTMLElement).addEventListener('click', () => editor.replace(prettify(query.value)));
at('copy', HTMLElement).addEventListener('click', () => void navigator.clipboard?.writeText(answer.textContent ?? ''));
query.addEventListener('input', () => {
  keep('query', query.value);
  showOperations();
});
variables.addEventListener('input', () => keep('variables', variables.value));
headers.addEventListener('change', () => void readSchema());
document.addEventListener('keydown', (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  if (event.key === 'Enter') {
    event.preventDefault();
    void run();
  } else if (event.shiftKey && event.key.toLowerCase() === 'p') {
    event.preventDefault();
    editor.replace(prettify(query.value));
  }
});
showOperations();
void readSchema();
