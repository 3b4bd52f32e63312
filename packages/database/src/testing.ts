export type { StoreSettings } from './testing/store-suite.ts';
export { storeSuite } from './testing/store-suite.ts';
