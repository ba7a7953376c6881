/** Levels below which a value is only hinted at: nobody reads deeper in a message, and outputs may be nested without bound. */
const deepest = 20;

/** A value as JSON on one line, cut after `mostChars`; takes time for what is shown only, whatever the size. `undefined` is `nothing`. */
export function shortJson(value: unknown, mostChars = 80): string {
  let text = '';
  const isFull = () => text.length > mostChars;
  const write = (one: unknown, depth: number): void => {
    if (typeof one === 'string') text += JSON.stringify(one.slice(0, mostChars + 1));
    else if (typeof one !== 'object' || one === null) text += one === undefined ? 'nothing' : JSON.stringify(one);
    else if (depth === deepest) text += Array.isArray(one) ? '[...]' : '{...}';
    else {
      const keys = Array.isArray(one) ? null : Object.keys(one);
      text += keys === null ? '[' : '{';
      const count = keys === null ? (one as unknown[]).length : keys.length;
      for (let index = 0; index < count && !isFull(); index++) {
        if (index > 0) text += ',';
        if (keys !== null) text += `${JSON.stringify(keys[index]!.slice(0, mostChars + 1))}:`;
        write((one as Record<string | number, unknown>)[keys === null ? index : keys[index]!], depth + 1);
      }
      text += keys === null ? ']' : '}';
    }
  };
  write(value, 0);
  return isFull() ? `${text.slice(0, mostChars)}...` : text;
}
