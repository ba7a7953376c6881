import type { Debugging } from '#executions/operations.ts';
import { openInspector } from './inspector/inspector.ts';
import { saveProfile } from './profile/save-profile.ts';

/** What `run-once` looks into a run with. */
export const debugging: Debugging = { openInspector, saveProfile };
