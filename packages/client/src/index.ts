export type * from './client-types.ts';
export type * from './ports/road.ts';
export type * from './ports/store.ts';
export type * from './ports/system.ts';
