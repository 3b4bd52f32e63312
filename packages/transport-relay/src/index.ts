export type { AskServer, ServerAddress } from './ask-server.ts';
export type { RelayRoadErrorCode } from './errors.ts';
export { RelayRoadError } from './errors.ts';
export type { OpenOutcome, OpenSocket, RelayNet, RelaySocket, SocketClosed } from './net.ts';
export type { ReceiptCredentials, ReceiptRequest } from './receipt-credentials.ts';
export { RECEIPT_RANDOMNESS } from './receipt-credentials.ts';
export type { RelayRoadRequest } from './relay-road.ts';
export { createRelayRoad } from './relay-road.ts';
