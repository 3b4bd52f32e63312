import { LocalApiError } from '@sotto/local-api';
import { api } from '../../state/connection.ts';
import { describeError } from '../../ui/use-action.ts';
import type { Joining } from '../joining.ts';
import { networkOfRelay } from './network-of-relay.ts';
import { looksLikeInvite, readInvite } from './read-invite.ts';

export type JoinRead =
  | { readonly joining: Joining }
  /** A link to join: what it leads to has to be asked for. */
  | { readonly link: string }
  | { readonly problem: 'bad-network' | 'invite' | 'contact' | 'join' | 'unjoinable' | 'unanswered' }
  /** Not the text's fault. */
  | { readonly trouble: string };

/** Whole from its beginning to its checksum; what stands between is for the owner of the profile to read. */
const JOIN = /^sotto:\/\/join\?\S{64,1900}&c=[0-9a-f]{8}$/i;

/**
 * What a pasted text says about a network: a network text, an invite to a relay, or a link to join. Nobody on the network
 * is asked.
 */
export async function readJoin(typed: string): Promise<JoinRead> {
  const pasted = typed.trim();
  if (/^sotto:\/\/contact/i.test(pasted)) return { problem: 'contact' };
  if (/^sotto:\/\/join/i.test(pasted)) {
    return JOIN.test(pasted) ? { link: pasted } : { problem: 'join' };
  }
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
