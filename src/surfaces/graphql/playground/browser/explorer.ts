import { at, el } from './element.ts';
import type { Argument, Field, NamedType, Schema } from './schema.ts';

/** The schema to walk through: types and fields lead to each other, and what is searched for is found in all of them. */
export function createExplorer(schema: Schema): void {
  const search = at('search', HTMLInputElement);
  const box = at('schema', HTMLElement);
  const way: string[] = [];

  const typeLink = ({ text, name }: { readonly text: string; readonly name: string }) =>
    schema.types.has(name) ? el('button', { type: 'button', class: 'link', onclick: () => go(name) }, text) : el('code', {}, text);
  const argument = (one: Argument) => el('dd', {}, el('code', {}, `${one.name}: `), typeLink(one.type), el('p', {}, one.description));
  const field = (one: Field, of?: NamedType) =>
    el(
      'div',
      { class: one.deprecation === null ? 'field' : 'field deprecated' },
      ...(of === undefined ? [] : [typeLink({ text: of.name, name: of.name }), '.']),
      el('code', {}, `${one.name}: `),
      typeLink(one.type),
      el('p', {}, one.deprecation === null ? one.description : `${one.description} Older: ${one.deprecation}`),
      ...(one.args.length === 0
        ? []
        : [
            el(
              'details',
              {},
              el('summary', {}, `${one.args.length} ${one.args.length === 1 ? 'argument' : 'arguments'}`),
              el('dl', {}, ...one.args.map(argument)),
            ),
          ]),
    );
  const go = (name: string) => {
    search.value = '';
    const known = way.indexOf(name);
    if (known === -1) way.push(name);
    else way.length = known + 1;
    paint();
  };
  const trail = () =>
    el(
      'nav',
      { 'aria-label': 'Way through the schema' },
      el('button', { type: 'button', class: 'link', onclick: () => ((way.length = 0), paint()) }, 'Schema'),
      ...way.flatMap((name) => [' › ', typeLink({ text: name, name })]),
    );

  const paint = () => {
    const wanted = search.value.trim().toLowerCase();
    if (wanted !== '') return box.replaceChildren(...found(wanted));
    const type = schema.types.get(way.at(-1) ?? '');
    if (type === undefined) {
      const roots = new Set(schema.roots.values());
      const others = [...schema.types.values()].filter(({ name }) => !roots.has(name)).toSorted((a, b) => a.name.localeCompare(b.name));
      const line = ({ name, description }: NamedType) =>
        el('div', { class: 'field' }, typeLink({ text: name, name }), el('p', {}, description));
      return box.replaceChildren(...[...roots].map((name) => line(schema.types.get(name)!)), el('hr'), ...others.map(line));
    }
    box.replaceChildren(
      trail(),
      el('h2', {}, type.name),
      el('p', {}, type.description),
      ...type.fields.map((one) => field(one)),
      ...type.values.map(({ name, description }) => el('div', { class: 'field' }, el('code', {}, name), el('p', {}, description))),
    );
  };
  const found = (wanted: string): Node[] => {
    const types = [...schema.types.values()];
    const named = types.filter(({ name }) => name.toLowerCase().includes(wanted));
    const fields = types.flatMap((type) =>
      type.fields.filter(({ name }) => name.toLowerCase().includes(wanted)).map((one) => field(one, type)),
    );
    if (named.length + fields.length === 0) return [el('p', {}, 'Nothing is called so.')];
    return [
      ...named.map(({ name, description }) => el('div', { class: 'field' }, typeLink({ text: name, name }), el('p', {}, description))),
      ...fields.slice(0, 200),
    ];
  };
  search.addEventListener('input', paint);
  paint();
}
