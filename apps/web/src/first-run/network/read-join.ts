import { LocalApiError } from '@sotto/local-api';
import { api } from '../../state/connection.ts';
import { describeError } from '../../ui/use-action.ts';
import type { Joining } from '../joining.ts';
import { networkOfRelay } from './network-of-relay.ts';
import { looksLikeInvite, readInvite } from './read-invite.ts';

export type JoinRead =
  | { readonly joining: Joining }
  | { readonly problem: 'bad-network' | 'invite' | 'contact' }
  /** Not the text's fault. */
  | { readonly trouble: string };

/** What a pasted text says about a network: a network text, or an invite to a relay. Nobody on the network is asked. */
export async function readJoin(typed: string): Promise<JoinRead> {
  const pasted = typed.trim();
  if (/^sotto:\/\/contact/i.test(pasted)) return { problem: 'contact' };
  const invite = await readInvite(pasted);
  if (invite === undefined && looksLikeInvite(pasted)) return { problem: 'invite' };
  const text = invite === undefined ? pasted : await networkOfRelay(invite.relay);
  try {
    const summary = await api().call('network.inspect', { network: text });
    const ticket = invite === undefined ? {} : { ticket: invite.ticket };
    return { joining: { text, summary, ...ticket, onionOnly: false } };
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    const isBad = error.code === 'bad-network' || error.code === 'bad-params';
    return isBad ? { problem: 'bad-network' } : { trouble: describeError(error) };
  }
}
