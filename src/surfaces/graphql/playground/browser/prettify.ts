import { tokensOf } from './tokens.ts';

/** A document with a line for each field, two spaces for each level; arguments stay on the line of their field. */
export function prettify(text: string): string {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let brackets = 0;
  const end = () => {
    if (line.trim() !== '') lines.push('  '.repeat(depth) + line.trim());
    line = '';
  };
  const tokens = tokensOf(text);
  for (const [index, { kind, text: said }] of tokens.entries()) {
    const previous = tokens[index - 1]?.text ?? '';
    if (kind === 'remark') {
      end();
      lines.push('  '.repeat(depth) + said);
    } else if (brackets > 0 || said === '(' || said === '[') {
      if (/^[([{]$/.test(said)) brackets++;
      if (/^[)\]}]$/.test(said)) brackets--;
      const isTight = /^[)\]:!]$/.test(said) || /^[([]$/.test(previous) || said === '(' || line === '';
      // A comma says nothing to the server and something to people.
      const isNext = !isTight && /^(?:[\w$"-]|\{)/.test(said) && /[\w"!)\]}]$/.test(previous);
      line += `${isNext && brackets > (said === '{' ? 1 : 0) ? ',' : ''}${isTight ? '' : ' '}${said}`;
    } else if (said === '{') {
      line += `${line === '' ? '' : ' '}{`;
      end();
      depth++;
    } else if (said === '}') {
      end();
      depth = Math.max(0, depth - 1);
      lines.push(`${'  '.repeat(depth)}}`);
      if (depth === 0 && index < tokens.length - 1) lines.push('');
    } else {
      const goesOn =
        /^[:!=|&]$/.test(said) || /^(?::|=|\.\.\.|on|query|mutation|subscription|fragment)$/.test(previous) || kind === 'directive';
      const isFragmentName = /^\w+$/.test(previous) && said === 'on';
      if (depth > 0 && !goesOn && !isFragmentName) end();
      line += said === ':' || said === '!' || line === '' || (previous === '...' && said !== 'on') ? said : ` ${said}`;
    }
  }
  end();
  return `${lines.join('\n')}\n`;
}
