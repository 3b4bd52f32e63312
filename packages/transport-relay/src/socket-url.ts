import type { RelayAddress } from '@sotto/identity';
import { PATH } from '@sotto/protocol';

/** The WebSocket URL of a relay's origin: `https` becomes `wss`, `http` (this machine only) `ws`. */
export function socketUrl(relay: RelayAddress): string {
  return relay.url.replace(/^http/, 'ws').replace(/\/$/, '') + PATH.socket;
}
