import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { shapeOf } from '#surfaces/cli/project.ts';
import { dateText } from './date-text.ts';
import { expand, type Lookup } from './expand.ts';
import { goesOn, readLine } from './read-line.ts';
import { scan } from './scan.ts';
import { typedFlags } from './typed-flags.ts';
import { createVariables } from './variables.ts';

const nothing: Lookup = { variable: () => undefined, environment: () => undefined, command: () => undefined };
const lookup: Lookup = {
  variable: (name) => ({ CITY: 'Berlin', EMPTY: '' })[name],
  environment: (name) => ({ HOME: '/home/me', BLANK: '' })[name],
  command: (text) => (text === 'date +%Y' ? '2026' : undefined),
};
const words = (line: string) => readLine(line, lookup)?.tokens.map(({ text }) => text);

describe('a line of the console', () => {
  it('is split at blanks outside of quotes and balanced brackets', () => {
    expect(words(`task execute weather --input '{"city": "$CITY"}'`)).toEqual([
      'task',
      'execute',
      'weather',
      '--input',
      '{"city": "Berlin"}',
    ]);
    expect(words('task execute add {"a": "x } y", "b": [1, 2]} now')).toEqual([
      'task',
      'execute',
      'add',
      '{"a": "x } y", "b": [1, 2]}',
      'now',
    ]);
    expect(words(`echo "a \\"b\\" c" d'e f'`)).toEqual(['echo', 'a "b" c', 'de f']);
    expect(words(`execute {"a": "it's"}`)).toEqual(['execute', `{"a": "it's"}`]);
  });

  it('ends where a comment begins, and may carry the prompt it was copied with', () => {
    expect(words('ratchet> repo list                    # List task repositories')).toEqual(['repo', 'list']);
    expect(words('repo add team https://example.com/x#main "# no comment"')).toEqual([
      'repo',
      'add',
      'team',
      'https://example.com/x#main',
      '# no comment',
    ]);
    for (const empty of ['', '   ', '# only a comment', 'ratchet> ']) expect(readLine(empty, lookup)).toBeNull();
  });

  it('may send its answer to a file, but no value of a variable does', () => {
    expect(readLine('job list > "my jobs.json"', lookup)).toMatchObject({
      text: 'job list',
      target: { file: 'my jobs.json', isAppended: false },
    });
    expect(readLine('job list >>all.json # keep', lookup)?.target).toEqual({ file: 'all.json', isAppended: true });
    const hostile = { ...nothing, variable: () => '> /etc/passwd' };
    expect(readLine('echo $X', hostile)).toMatchObject({ target: null, text: 'echo > /etc/passwd' });
    for (const line of ['job list >', 'job list > a b', '> a']) expect(() => readLine(line, lookup)).toThrow(/one file|Empty command/);
  });

  it('is refused in the words it always was when something stays open', () => {
    const said = (line: string) => {
      try {
        readLine(line, nothing);
        return null;
      } catch (caught) {
        return (caught as Error).message;
      }
    };
    expect(said(`echo "a`)).toBe('Unclosed quote in command');
    expect(said('task execute a {"x": 1')).toBe('Unmatched braces in command');
    expect(said('task execute a [1, 2')).toBe('Unmatched brackets in command');
    expect(said('echo a}')).toBe('Unmatched braces in command');
    expect(said('echo {]')).toBe('Unmatched brackets in command');
  });

  it('goes on while a bracket stands open, in quotes or not, and no longer', () => {
    expect(['x {"a":', `x '{"a": [`, 'x [1,', 'task list \\'].map(goesOn)).toEqual([true, true, true, true]);
    expect(['x', `echo don't`, 'x {}', 'x }', '# {', `x '{"a": 1}'`].map(goesOn)).toEqual([false, false, false, false, false, false]);
    expect(words('task list \\\n --limit 5')).toEqual(['task', 'list', '--limit', '5']);
  });

  it('can be quoted so that any words come back', () => {
    const quoted = (word: string) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...Array.from('ab "\\\n\t{}[]#>$é字😀')) }), { maxLength: 6 }), (list) => {
        expect(scan(list.map(quoted).join(' '))).toMatchObject({ fault: null, tokens: list.map((text) => ({ text })) });
      }),
    );
  });

  it('takes any JSON as one word', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const json = JSON.stringify(value);
        const { tokens, fault } = scan(`task execute a ${json} --wait 5`);
        expect(fault).toBeNull();
        expect(tokens[3]!.text).toBe(json);
        expect(tokens).toHaveLength(6);
      }),
    );
  });

  it('is read in the end whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from(`ab {}[]"'\\#>$\n:-+E`)) }), (line) => {
        const { tokens, fault } = scan(line);
        for (const { start, end } of tokens) expect(start).toBeLessThan(end);
        if (fault === null) expect(() => readLine(line, nothing)).not.toThrow(/Unclosed|Unmatched/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('variables in a line', () => {
  const put = (text: string) => expand(text, lookup);
  it('stand in every form that was promised', () => {
    expect(put('$CITY ${CITY} $HOME ${ENV:HOME}')).toBe('Berlin Berlin /home/me /home/me');
    expect(put('[${ENV:MISSING}] $NOBODY ${NOBODY} $5 $')).toBe('[] $NOBODY ${NOBODY} $5 $');
    expect(put('${TASK_ID:-default-task} ${CITY:-x} ${HOME:-not from the environment}')).toBe(
      'default-task Berlin not from the environment',
    );
    expect(put('"${DEBUG:+true}" ${CITY:+yes}')).toBe('"" yes');
    expect(put('\\$CITY $(date +%Y) $(rm -rf /)')).toBe('$CITY 2026 $(rm -rf /)');
  });
  it('nest where a default has some itself', () => {
    expect(put('${ENV:API_BASE_URL:-http://localhost:8080}')).toBe('http://localhost:8080');
    expect(put('${ENV:A:-${ENV:BLANK:-${CITY}}} ${A:-{"a": {"b": 1}}} ${CITY:+in ${CITY}}')).toBe('Berlin {"a": {"b": 1}} in Berlin');
  });
  it('are not looked for in values, and never hang or throw', () => {
    expect(expand('$A', { ...nothing, variable: () => '$A ${A}' })).toBe('$A ${A}');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('${}()AB:-+\\')) }), (text) => typeof expand(text, lookup) === 'string'),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('$')),
        (text) => expand(text, lookup) === text,
      ),
    );
  });
  it('are found in any case where the configuration says so, and exported where it says that', () => {
    const environment: NodeJS.ProcessEnv = {};
    const variables = createVariables({ isCaseSensitive: false, predefined: { PROD_HOST: 'a.example', RETRIES: 3 }, environment });
    variables.set('city', 'Berlin');
    expect([variables.get('CITY'), variables.get('prod_host'), environment]).toEqual([
      'Berlin',
      'a.example',
      { PROD_HOST: 'a.example', RETRIES: '3', city: 'Berlin' },
    ]);
    expect([variables.unset('City'), variables.unset('City'), environment['city']]).toEqual([true, false, undefined]);
  });
});

describe('the date in a line', () => {
  it('is that of this machine, without a program', () => {
    const at = new Date(2026, 0, 5, 7, 8, 9).getTime();
    expect(dateText('date +%Y-%m-%d', at)).toBe('2026-01-05');
    expect(dateText('date "+%F %T"', at)).toBeUndefined();
    expect(dateText('date +"%F %T %%"', at)).toBe('2026-01-05 07:08:09 %');
    expect(['date', 'date +%Q', 'rm -rf /', 'date +%Y; rm x'].map((text) => dateText(text, at))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('flags of a line', () => {
  const shape = shapeOf({
    name: 'x.y',
    summary: '',
    details: '',
    input: z.object({
      id: z.string(),
      input: z.unknown(),
      dryRun: z.boolean().default(false),
      level: z.enum(['warn', 'error']).optional(),
      tags: z.array(z.string()).optional(),
      queuedAfter: z.string().optional(),
    }),
    on: { cli: { command: 'x y', positional: ['id'], examples: [] } },
  });
  const typed = (line: string) => {
    const { flags, words: bare } = typedFlags(shape, scan(line).tokens);
    return { ...Object.fromEntries(flags), bare };
  };
  it('are written in every way a person may', () => {
    expect(typed('a --input {"x":1} --dry-run --level=WARN --tags b --tags=c')).toEqual({
      'input-json': '{"x":1}',
      'dry-run': true,
      level: 'warn',
      tags: ['b', 'c'],
      bare: ['a'],
    });
    expect(typed('a {"x": [1]}')).toEqual({ 'input-json': '{"x": [1]}', bare: ['a'] });
    expect(typed('--dry_run=false a --since 1h')).toEqual({ 'dry-run': false, 'queued-after': '1h', bare: ['a'] });
    expect(typed(`'--odd' -- --level`)).toEqual({ bare: ['--odd', '--level'] });
  });
  it('are refused with what was probably meant', () => {
    expect(() => typed('a --levl warn')).toThrow('Unknown option of x y: --levl. Did you mean --level?');
    expect(() => typed('a --level wrn')).toThrow('--level cannot be "wrn"; it is one of warn, error. Did you mean warn?');
    expect(() => typed('a --level')).toThrow('--level needs a value');
    expect(() => typed('a --level warn --level error')).toThrow('--level is given twice');
  });
});
