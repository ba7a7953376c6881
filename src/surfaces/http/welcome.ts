export interface Welcome {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly links: Readonly<Record<string, string>>;
}

/** The page at the root of the server, for people who open it in a browser. Runs no script and loads nothing. */
export function welcomePage({ name, version, description, links }: Welcome): string {
  const items = Object.entries(links).map(
    ([label, path]) => `<li><a href="${escaped(path)}">${escaped(label)}</a> <code>${escaped(path)}</code></li>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
code { opacity: .7; }
</style>
</head>
<body>
<h1>${escaped(name)} ${escaped(version)}</h1>
<p>${escaped(description)}</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
