/** A file of the page. */
export interface PlaygroundFile {
  readonly url: string;
  readonly type: string;
  readonly text: string;
}

const page = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL of Ratchet</title>
<link rel="stylesheet" href="/playground/style.css">
</head>
<body>
<header>
<h1>GraphQL</h1>
<label>Operation <select id="operation"></select></label>
<button id="run" type="button">Run (Ctrl+Enter)</button>
<button id="stop" type="button" disabled>Stop</button>
<span id="state" role="status"></span>
</header>
<main>
<section>
<label for="query">Document</label>
<textarea id="query" spellcheck="false" autocomplete="off"></textarea>
<label for="variables">Variables (JSON)</label>
<textarea id="variables" spellcheck="false" autocomplete="off"></textarea>
</section>
<section>
<label for="answer">Answer</label>
<pre id="answer" tabindex="0"></pre>
</section>
<section>
<label for="search">Schema</label>
<input id="search" type="search" placeholder="Search types and fields">
<div id="schema"></div>
</section>
</main>
<script src="/playground/app.js"></script>
</body>
</html>
`;

const style = `:root { color-scheme: light dark; font: 0.95rem/1.4 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-rows: auto 1fr; height: 100vh; }
header { display: flex; gap: .75rem; align-items: center; padding: .5rem 1rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
h1 { font-size: 1.1rem; margin: 0; }
main { display: grid; grid-template-columns: 1fr 1fr minmax(14rem, 22rem); min-height: 0; }
section { display: flex; flex-direction: column; gap: .25rem; padding: .5rem; min-height: 0; min-width: 0; }
textarea, pre { flex: 1; font: .85rem/1.45 ui-monospace, monospace; margin: 0; padding: .5rem; resize: none; overflow: auto; tab-size: 2; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
#variables { flex: 0 0 7rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
#schema { overflow: auto; }
#schema code { font: .8rem ui-monospace, monospace; }
#schema p { margin: .1rem 0 .5rem; font-size: .8rem; opacity: .75; }
summary { cursor: pointer; }
@media (max-width: 60rem) { main { grid-template-columns: 1fr; overflow: auto; } textarea, pre { min-height: 12rem; } }
`;

const script = `'use strict';
const at = (id) => document.getElementById(id);
const first = 'query Tasks {\\n  tasks(limit: 10) {\\n    items { name version description }\\n    meta { total }\\n  }\\n}\\n';
const keep = (name, value) => { try { localStorage.setItem('graphql.' + name, value); } catch { /* The page works without. */ } };
const kept = (name) => { try { return localStorage.getItem('graphql.' + name); } catch { return null; } };
at('query').value = kept('query') ?? first;
at('variables').value = kept('variables') ?? '{}';
let running = null;

function operations(text) {
  const bare = text.replace(/"""[^]*?"""|"(?:[^"\\\\\\n]|\\\\.)*"|#[^\\n]*/g, ' ');
  return [...bare.matchAll(/\\b(?:query|mutation|subscription)\\s+(\\w+)/g)].map((found) => found[1]);
}
function showOperations() {
  const chosen = at('operation').value;
  at('operation').replaceChildren(...operations(at('query').value).map((name) => new Option(name, name, false, name === chosen)));
}
function show(answer) { at('answer').textContent += (at('answer').textContent ? '\\n\\n' : '') + JSON.stringify(answer, null, 2); }

async function run() {
  running?.abort();
  const own = (running = new AbortController());
  at('answer').textContent = '';
  at('stop').disabled = false;
  const started = performance.now();
  try {
    const variables = JSON.parse(at('variables').value.trim() || '{}');
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
      body: JSON.stringify({ query: at('query').value, variables, operationName: at('operation').value || null }),
      signal: own.signal,
    });
    if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) show(await response.json());
    else await readEvents(response);
    at('state').textContent = 'Ended after ' + Math.round(performance.now() - started) + ' ms';
  } catch (error) {
    at('state').textContent = own.signal.aborted ? 'Stopped' : String(error.message ?? error);
  }
  if (running === own) at('stop').disabled = true;
}
async function readEvents(response) {
  at('state').textContent = 'Following';
  let text = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const events = text.split('\\n\\n');
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event);
      if (data && /^event: next$/m.test(event)) show(JSON.parse(data[1]));
    }
  }
}

const typeText = (type) => type.kind === 'NON_NULL' ? typeText(type.ofType) + '!' : type.kind === 'LIST' ? '[' + typeText(type.ofType) + ']' : type.name;
const inner = 'kind name ofType { kind name ofType { kind name ofType { kind name } } }';
const introspection = '{ __schema { types { kind name description fields { name description args { name type { ' + inner + ' } } type { ' + inner + ' } } inputFields { name description type { ' + inner + ' } } enumValues { name description } } } }';
async function showSchema() {
  const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: introspection }) });
  const { data } = await response.json();
  if (!data) { at('schema').textContent = 'The schema cannot be asked for.'; return; }
  const order = ['Query', 'Mutation', 'Subscription'];
  const rank = (name) => { const place = order.indexOf(name); return place === -1 ? order.length : place; };
  const types = data.__schema.types.filter((type) => !type.name.startsWith('__')).sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
  const paint = () => {
    const wanted = at('search').value.trim().toLowerCase();
    at('schema').replaceChildren(...types.flatMap((type) => {
      const all = type.fields ?? type.inputFields ?? type.enumValues ?? [];
      const fields = !wanted || type.name.toLowerCase().includes(wanted) ? all : all.filter((field) => field.name.toLowerCase().includes(wanted));
      if (wanted && fields.length === 0 && !type.name.toLowerCase().includes(wanted)) return [];
      const box = document.createElement('details');
      box.open = Boolean(wanted) || type.name === 'Query';
      const head = document.createElement('summary');
      head.textContent = type.name;
      box.append(head, about(type.description));
      for (const field of fields) {
        const line = document.createElement('code');
        const args = field.args?.length ? '(' + field.args.map((arg) => arg.name + ': ' + typeText(arg.type)).join(', ') + ')' : '';
        line.textContent = field.name + args + (field.type ? ': ' + typeText(field.type) : '');
        box.append(line, about(field.description));
      }
      return [box];
    }));
  };
  at('search').addEventListener('input', paint);
  paint();
}
function about(text) { const line = document.createElement('p'); line.textContent = text ?? ''; return line; }

at('run').addEventListener('click', run);
at('stop').addEventListener('click', () => running?.abort());
at('query').addEventListener('input', () => { keep('query', at('query').value); showOperations(); });
at('variables').addEventListener('input', () => keep('variables', at('variables').value));
document.addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
showOperations();
showSchema();
`;

/** A page to try documents on: it loads nothing from elsewhere, and runs no script that stands in it. */
export const playgroundFiles: readonly PlaygroundFile[] = [
  { url: '/playground', type: 'text/html; charset=utf-8', text: page },
  { url: '/playground/style.css', type: 'text/css; charset=utf-8', text: style },
  { url: '/playground/app.js', type: 'text/javascript; charset=utf-8', text: script },
];
