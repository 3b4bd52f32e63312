export { runSotto } from './run-sotto.ts';
export type { Terminal } from './terminal.ts';
