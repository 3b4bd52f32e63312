import { toHex } from '@sotto/bytes';
import type { Caller } from '../http/call.ts';
import type { Connections } from '../socket/connections.ts';

/**
 * Close the sockets of those who would not be let in any more, by what `readLogins` says. They were listed before it was
 * asked, and only what has logged in as they have is closed: whoever has connected since may be new since the answer.
 */
export function revokeStale(
  connections: Pick<Connections, 'revokeLogin'>,
  callers: readonly Caller[],
  logins: ReadonlyMap<string, string>,
): void {
  for (const caller of callers) {
    if (logins.get(`${toHex(caller.aci)}.${caller.device}`) !== caller.login) connections.revokeLogin(caller);
  }
}
