import { levelFromRustLog, logFormat, logLevel, logTargets, type LogLevel, type LogWishes } from '#observe/index.ts';
import type { LoadedSettings } from './config/load-settings.ts';

/** What the log is to be like. `RUST_LOG` counts where nobody chose a level, and then the usual one of the command. */
export function logWishes(settings: LoadedSettings, env: NodeJS.ProcessEnv, usual?: LogLevel): LogWishes {
  const { layer } = settings.originOf(logLevel);
  const rust = layer === 'default' || layer === 'profile' ? levelFromRustLog(env['RUST_LOG'] ?? '') : null;
  return {
    level: rust ?? (layer === 'default' ? usual : undefined) ?? settings.get(logLevel),
    format: settings.get(logFormat),
    targets: settings.get(logTargets),
  };
}

/** Of a command that looks into a broken configuration: it has to be able to speak. */
export const plainLog: LogWishes = { level: 'info', format: 'text', targets: [{ type: 'console' }] };
