export type { BellListener, Bus } from './bus.ts';
export { MAX_BELL_BYTES } from './constants.ts';
export type { BusErrorCode } from './errors.ts';
export { BusError } from './errors.ts';
export { localBus } from './local-bus.ts';
export type { BusState, NatsBusOptions } from './nats-bus.ts';
export { openNatsBus } from './nats-bus.ts';
