import { playgroundScript, playgroundStyle } from './playground-assets.generated.ts';

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
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/playground/style.css">
</head>
<body>
<header>
<h1>GraphQL</h1>
<label>Operation <select id="operation"></select></label>
<button id="run" type="button" title="Ctrl+Enter">Run</button>
<button id="stop" type="button" disabled>Stop</button>
<button id="prettify" type="button" title="Ctrl+Shift+P">Prettify</button>
<span id="state" role="status"></span>
</header>
<main>
<section>
<label for="query">Document <small>Ctrl+Space suggests, Ctrl+Enter runs</small></label>
<div class="editor"><textarea id="query" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea></div>
<div class="small"><label for="variables">Variables (JSON)</label>
<textarea id="variables" spellcheck="false" autocomplete="off"></textarea></div>
<details class="small"><summary>Headers (JSON)</summary>
<textarea id="headers" aria-label="Headers (JSON)" spellcheck="false" autocomplete="off" placeholder='{ "authorization": "Bearer ..." }'></textarea></details>
<details><summary>History</summary><ul id="history"></ul><button id="forget" type="button" class="link">Forget all</button></details>
</section>
<section>
<div class="row"><label for="answer">Answer</label><button id="copy" type="button" class="link">Copy</button></div>
<ul id="errors" aria-label="Errors"></ul>
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

/** A page to try documents on: it loads nothing from elsewhere, and runs no script that stands in it. */
export const playgroundFiles: readonly PlaygroundFile[] = [
  { url: '/playground', type: 'text/html; charset=utf-8', text: page },
  { url: '/playground/style.css', type: 'text/css; charset=utf-8', text: playgroundStyle },
  { url: '/playground/app.js', type: 'text/javascript; charset=utf-8', text: playgroundScript },
];
