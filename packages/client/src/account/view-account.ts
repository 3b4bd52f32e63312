import { aciOf, formatAci, parseAccountId, seedFromBytes, seedToWords } from '@sotto/identity';
import type { ClientStatus } from '../client-types.ts';
import type { OwnAccount } from '../client-views.ts';
import { linkOf } from '../contacts/safety.ts';
import type { RoadName } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';

/** What a screen is shown of the own account; the words only when asked for. */
export function viewAccount(own: AccountState, phrase: boolean): OwnAccount {
  return {
    account: own.account,
    aci: formatAci(aciOf(parseAccountId(own.account))),
    name: own.name,
    device: own.device,
    network: own.network,
    roads: roadsOf(own),
    holdsSeed: own.seed !== undefined,
    link: linkOf(own.account, own.name),
    ...(phrase && own.seed !== undefined ? { words: seedToWords(seedFromBytes(own.seed)).join(' ') } : {}),
  };
}

/** The roads that have taken the account in. */
function roadsOf(own: AccountState): readonly RoadName[] {
  return (['relay', 'onion'] as const).filter((road) => own.credentials[road] !== undefined);
}

/** An account is complete when a road has taken it in. */
export function stateOf(own: AccountState | undefined): ClientStatus['account'] {
  if (own === undefined) return 'none';
  return roadsOf(own).length === 0 ? 'incomplete' : 'ready';
}
