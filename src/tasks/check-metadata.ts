import { z } from 'zod';
import type { Located } from './located.ts';
import { TaskMetadata } from './metadata.ts';
import { problem, type TaskProblem } from './problem.ts';

/** Checks a manifest's fields; null when one of them is wrong. What is wrong is added to `problems`, each with its place. */
export function checkMetadata(located: Located, raw: Record<string, unknown>, problems: TaskProblem[]): TaskMetadata | null {
  const { file } = located;
  let sound = true;
  if (raw['name'] === undefined && raw['label'] === undefined) {
    sound = false;
    problems.push(
      problem('error', 'field-missing', file, located.place([]), 'Neither label nor name is given.', 'Add "label": a name for people.'),
    );
  }
  // YAML reads an unquoted 1.0 as a number; the author meant the text.
  const version = typeof raw['version'] === 'number' ? String(raw['version']) : raw['version'];
  const parsed = TaskMetadata.safeParse(version === undefined ? raw : { ...raw, version });
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const field = issue.path.join('.');
    const isMissing = issue.path.length === 1 && raw[String(issue.path[0])] === undefined;
    problems.push(
      isMissing
        ? problem('error', 'field-missing', file, located.place([]), `${field} is missing.`, missingHint(field))
        : problem(
            'error',
            'field-invalid',
            file,
            located.place(issue.path),
            `${field} ${plain(issue)}, not ${shortOf(valueAt(raw, issue.path))}.`,
            meaningOf(issue.path) ?? `Correct ${field}; see docs/reference/metadata.schema.json.`,
          ),
    );
  }
  if (raw['uuid'] === undefined) {
    problems.push(
      problem(
        'warning',
        'uuid-missing',
        file,
        located.place([]),
        'uuid is missing; one derived from the name is used.',
        'Add a uuid so that renaming keeps the identity; `ratchet validate --fix` does.',
      ),
    );
  }
  return parsed.success && sound ? parsed.data : null;
}

function plain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue.message.startsWith('must') || issue.message.startsWith('may') ? issue.message : `is not acceptable: ${issue.message}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
}

function shortOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** What the published schema says of the field. */
function meaningOf([field]: readonly PropertyKey[]): string | undefined {
  const schema = (TaskMetadata.shape as Record<PropertyKey, z.ZodType | undefined>)[field!];
  const about = schema?.description ?? (schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType).description : undefined);
  return about && `${String(field)}: ${about}`;
}

function missingHint(field: string): string {
  return field === 'version' ? 'Add "version": "1.0.0"; `ratchet validate --fix` does.' : `Add "${field}".`;
}
