export type { ChainTools } from './chain/prepare-chain.ts';
export type { ChainOptions, RunningChain } from './chain/run-chain.ts';
export { runChain } from './chain/run-chain.ts';
export type { ControlTarget } from './control.ts';
export { controlDevnet } from './control.ts';
export type { DevnetErrorCode } from './errors.ts';
export { DevnetError } from './errors.ts';
export type { InitNode } from './prepare-nodes.ts';
export type { Devnet, DevnetOptions, StartedDevnet } from './start-devnet.ts';
export { startDevnet } from './start-devnet.ts';
export type {
  ControlAction,
  DevnetApp,
  DevnetNode,
  DevnetReady,
  ProcessState,
  ProcessStatus,
} from './types.ts';
export { watchParent } from './watch-parent.ts';
