export type * from './database.ts';
export type * from './tables.generated.ts';
