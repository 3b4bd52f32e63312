export type { Invitation } from './create-invite.ts';
export { createInvite } from './create-invite.ts';
export type { RelayErrorCode } from './errors.ts';
export { RelayError } from './errors.ts';
export type { Events, RelayEvent } from './events.ts';
export type { Ledger, LedgerColumn, LedgerTable, LedgerValue } from './ledger/read-ledger.ts';
export { listLedgerColumns, readLedger } from './ledger/read-ledger.ts';
export type { RelayOptions, RunningRelay } from './start-relay.ts';
export { startRelay } from './start-relay.ts';
