export type { OpenOutcome, OpenSocket, RelayNet, RelaySocket, SocketClosed } from './net.ts';
