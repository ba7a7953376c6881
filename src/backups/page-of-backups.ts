import type { Listing, ListFilter, ListPage, ListRequest, ListValue } from '#kernel/index.ts';
import type { Backup } from './backup.ts';

type Wish = Pick<ListRequest, 'sort' | 'limit' | 'offset' | 'after'> & { readonly filter: object };

/** A page of backups, of which there are few enough to be looked at one by one. */
export function pageOfBackups(backups: readonly Backup[], { fields }: Listing, wish: Wish): ListPage<Backup> & { items: Backup[] } {
  const { sort, limit, offset, after } = wish;
  const filter = wish.filter as ListFilter;
  const valueOf = (backup: Backup, field: string): ListValue => {
    const value = backup[field as keyof Backup] as ListValue;
    return fields[field]?.kind === 'time' ? Date.parse(String(value)) : value;
  };
  const found = backups.filter((backup) =>
    Object.entries(filter).every(([field, comparisons]) =>
      Object.entries(comparisons ?? {}).every(
        ([operator, wanted]) => wanted === undefined || holds(operator, valueOf(backup, field), wanted),
      ),
    ),
  );
  const sign = sort.order === 'asc' ? 1 : -1;
  const sorted = found.toSorted((a, b) => sign * compare(valueOf(a, sort.field), valueOf(b, sort.field)));
  const start = after === null ? offset : sorted.findIndex(({ name }) => name === after) + 1;
  const items = sorted.slice(start, start + limit);
  return { items, total: sorted.length, isTotalExact: true, next: start + limit < sorted.length ? items.at(-1)!.name : null };
}

const compare = (a: ListValue, b: ListValue): number => (a < b ? -1 : a > b ? 1 : 0);

function holds(operator: string, value: ListValue, wanted: ListValue | readonly ListValue[]): boolean {
  const [text, part] = [String(value).toLowerCase(), String(wanted).toLowerCase()];
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'gt':
      return compare(value, wanted as ListValue) > 0;
    case 'gte':
      return compare(value, wanted as ListValue) >= 0;
    case 'lt':
      return compare(value, wanted as ListValue) < 0;
    case 'lte':
      return compare(value, wanted as ListValue) <= 0;
    case 'in':
      return (wanted as readonly ListValue[]).includes(value);
    case 'notIn':
      return !(wanted as readonly ListValue[]).includes(value);
    case 'contains':
      return text.includes(part);
    case 'startsWith':
      return text.startsWith(part);
    default:
      return text.endsWith(part);
  }
}
