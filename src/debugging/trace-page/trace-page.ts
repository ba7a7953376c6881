import { createHash } from 'node:crypto';
import { pageScript, pageStyle } from './page-assets.generated.ts';
import { pageDataOf } from './page-data-of.ts';
import type { Trace } from './trace.ts';

/**
 * A trace as one HTML file that opens anywhere, also from a disk without a network. Nothing of the trace is ever read as markup or
 * code: it lies in the page as JSON, the script puts it on the screen as text, and the page's own policy allows no script but that
 * one, no request, and no form.
 */
export function tracePage(trace: Trace): string {
  const data = pageDataOf(trace);
  const policy = [
    `default-src 'none'`,
    `script-src '${hashOf(pageScript)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${htmlText(data.title)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${pageStyle}</style>
</head>
<body>
<noscript><p>This page shows a trace of ${htmlText(data.task.label)} and needs JavaScript, which is switched off here.</p></noscript>
<script type="application/json" id="trace">${embeddedJson(data)}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** A bar chart of three bars, as the timeline shows it. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#4f46e5"/><path d="M3 5h6M6 8h7M4 11h5" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>';

/**
 * JSON that no parser of HTML can see an end in: every `<`, `>` and `&` is written as an escape, so neither `</script>` nor `<!--` can
 * stand in it, and so are the two line separators that JSON allows and older scripts did not.
 */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function htmlText(text: string): string {
  return text.replaceAll(/[&<>"'\0]/g, (char) => (char === '\0' ? '\uFFFD' : `&#${char.charCodeAt(0)};`));
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
