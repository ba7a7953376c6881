export type { InputWish } from './choose-input.ts';
export * from './dev-report.ts';
export type { DevParts, DevSession } from './dev-session.ts';
export { stateOf, type DevState } from './dev-state.ts';
export { devOperation, type DevServices } from './operations.ts';
