export type { MemoryStore } from './testing/memory-store.ts';
export { createMemoryStore } from './testing/memory-store.ts';
export type { StoreUnderTest } from './testing/store-suite.ts';
export { storeSuite } from './testing/store-suite.ts';
