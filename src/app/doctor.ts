import { tmpdir } from 'node:os';
import type { Engine, Program } from '#engine/index.ts';
import type { Clock } from '#kernel/index.ts';
import {
  configCheck,
  confinementCheck,
  createDoctor,
  folderCheck,
  nativeModuleCheck,
  nodeCheck,
  resourcesCheck,
  sandboxCheck,
  type Doctor,
} from '#observe/index.ts';
import type { LoadedSettings } from './config/load-settings.ts';
import type { OpenedConfig } from './config/open-config.ts';
import { dataFolderSetting } from './data-folder.ts';
import { platformFolder } from './platform-folder.ts';

export interface DoctorParts {
  config: OpenedConfig;
  engine: () => Promise<Engine>;
  clock: Clock;
}

/** The smallest program there is. */
const answer: Program = {
  id: 'doctor',
  script: '(function () { return function () { return 6 * 7; }; })',
  filename: 'doctor.js',
  lineOffset: 0,
  columnShift: null,
  sourceMap: null,
  inputCheck: null,
  outputCheck: null,
};

/** The doctor of this application: its checks, with the real parts behind them. */
export function openDoctor({ config, engine, clock }: DoctorParts): Doctor {
  const { settings, sources } = config;
  const dataFolder = () => settings.get(dataFolderSetting) || platformFolder('data', sources.env);
  return createDoctor([
    nodeCheck(),
    nativeModuleCheck(),
    sandboxCheck(() => probeSandbox(settings, engine, clock)),
    confinementCheck(async () => {
      const { confinement, probeConfinement } = await import('#engine/index.ts');
      const wanted = settings.get(confinement);
      const { kind, detail } = await probeConfinement(wanted);
      return { kind, detail, wanted };
    }),
    folderCheck('temp-folder', tmpdir(), 'Set TMPDIR to a folder you may write to.'),
    {
      name: 'data-folder',
      run: () => folderCheck('', dataFolder(), 'Set storage.data_folder (RATCHET_STORAGE_DATA_FOLDER) to a folder you may write to.').run(),
    },
    resourcesCheck(),
    configCheck(async () => {
      if (config.failure !== null)
        return { file: config.found.path, problems: [`${config.failure.message} ${config.failure.hint}`], notes: [] };
      const { checkConfig, lineOf } = await import('./config/check-config.ts');
      const problems = await checkConfig(sources);
      const lines = (severity: string) => problems.filter((one) => one.severity === severity).map(lineOf);
      return { file: config.found.path, problems: lines('error'), notes: lines('warning') };
    }),
  ]);
}

async function probeSandbox(settings: LoadedSettings, engine: () => Promise<Engine>, clock: Clock) {
  const { createLiveEffects, limitsFor } = await import('#engine/index.ts');
  const effects = createLiveEffects(settings, { clock });
  try {
    const ready = await engine();
    const { outcome, cost } = await ready.run({
      program: answer,
      input: '{}',
      context: { executionId: 'doctor', taskId: 'doctor', taskVersion: '0.0.0' },
      limits: limitsFor(settings, { wallMs: 10_000 }),
      isolation: 'fresh',
      effects: effects.begin({ executionId: 'doctor', network: [] }),
    });
    return { output: outcome.output, detail: outcome.error?.message ?? `the program answered ${outcome.output}`, wallMs: cost.wallMs };
  } finally {
    await effects.close();
  }
}
