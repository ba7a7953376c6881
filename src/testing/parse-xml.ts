/** One element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Parses as much of XML as reports use, and refuses what a strict parser refuses: unknown entities, bare `<` and `&`, forbidden characters. */
export function parseXml(text: string): XmlElement {
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text)) throw new Error('the document holds a character XML forbids');
  let at = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(text)?.[0].length ?? fail('there is no XML declaration');
  const root = element();
  if (text.slice(at).trim() !== '') fail('there is something after the root');
  return root;

  function fail(why: string): never {
    throw new Error(`${why} at ${at}: ${text.slice(at, at + 40)}`);
  }

  function take(pattern: RegExp): RegExpExecArray | null {
    const found = new RegExp(pattern.source, 'y');
    found.lastIndex = at;
    const match = found.exec(text);
    if (match) at += match[0].length;
    return match;
  }

  function plain(value: string): string {
    return value.replaceAll(/&([^;]*;?)/g, (_, body: string) => {
      const name = body.slice(0, -1);
      if (body.endsWith(';') && Object.hasOwn(entities, name)) return entities[name]!;
      return /^#\d+;$/.test(body) ? String.fromCodePoint(Number(body.slice(1, -1))) : fail(`&${body} is no entity`);
    });
  }

  function element(): XmlElement {
    const name = take(/<([a-z][\w-]*)/)?.[1] ?? fail('an element is missing');
    const attributes: Record<string, string> = {};
    for (let found = take(/\s+([a-z]+)="([^"<]*)"/); found; found = take(/\s+([a-z]+)="([^"<]*)"/)) {
      if (Object.hasOwn(attributes, found[1]!)) fail(`${found[1]} is given twice`);
      attributes[found[1]!] = plain(found[2]!);
    }
    if (take(/\s*\/>/)) return { name, attributes, children: [], text: '' };
    if (!take(/\s*>/)) fail(`<${name}> is malformed`);
    const children: XmlElement[] = [];
    let inside = '';
    for (;;) {
      inside += plain(take(/[^<]*/)![0]);
      if (take(new RegExp(`</${name}>`))) return { name, attributes, children, text: inside };
      children.push(element());
    }
  }
}
