import type { AuditedFile } from '../audit-facts.ts';
import { named, type SecurityCheck } from '../security-check.ts';

const readableByOthers = 0o044;
const writableByOthers = 0o022;
const may = ({ mode, isReachable }: AuditedFile, bits: number) => isReachable && mode !== null && (mode & bits) !== 0;
const octal = (mode: number | null) => `0${(mode ?? 0).toString(8)}`;

/** What is kept, for how long, and who reads it. */
export const dataChecks: readonly SecurityCheck[] = [
  {
    id: 'configuration-writable',
    setting: null,
    look({ configuration: file }) {
      if (file === null || !may(file, writableByOthers)) return null;
      return {
        severity: 'high',
        what: `Others than the owner may write ${file.path} (${octal(file.mode)}): they decide what this server runs and what that may reach.`,
        advice: `chmod go-w ${file.path}`,
      };
    },
  },
  {
    id: 'secrets-readable',
    setting: null,
    look({ configuration: file }) {
      if (file === null || file.secrets.length === 0 || !may(file, readableByOthers)) return null;
      return {
        severity: 'high',
        what: `${file.path} holds secrets as they are (${named(file.secrets)}) and others than the owner may read it (${octal(file.mode)}).`,
        advice: `chmod go-rwx ${file.path}, and change those secrets: others may have read them.`,
      };
    },
  },
  {
    id: 'secrets-in-file',
    setting: null,
    look({ configuration: file }) {
      if (file === null || file.secrets.length === 0 || may(file, readableByOthers)) return null;
      return {
        severity: 'low',
        what: `${file.path} holds secrets as they are: ${named(file.secrets)}. They go along into every copy and every backup of it.`,
        advice: 'Write ${NAME} in their place, or set the variable NAME_FILE to a file that a platform mounts.',
      };
    },
  },
  {
    id: 'database-readable',
    setting: 'server.database.url',
    look({ database: file }) {
      if (file === null || !may(file, readableByOthers | writableByOthers)) return null;
      return {
        severity: 'medium',
        what: `Others than the owner may read ${file.path} (${octal(file.mode)}): it holds inputs, outputs, logs and recordings of all tasks.`,
        advice: `chmod go-rwx ${file.path}, or its folder.`,
      };
    },
  },
  {
    id: 'everything-recorded',
    setting: 'executions.keep_recordings',
    look({ keepsRecordings }) {
      if (keepsRecordings !== 'all') return null;
      return {
        severity: 'low',
        what: 'Of every execution all requests and answers are kept, also of those that went well; what is masked in them is what is known to be secret.',
        advice: 'Set executions.keep_recordings to failed, or retention.recordings to a short time.',
      };
    },
  },
  {
    id: 'nothing-removed',
    setting: 'retention.enabled',
    look({ isRetained }) {
      if (isRetained) return null;
      return {
        severity: 'medium',
        what: 'Nothing is ever removed: personal data in inputs, outputs and logs stays for good, and so do results until the disk is full.',
        advice: 'Set retention.enabled to true.',
      };
    },
  },
];
