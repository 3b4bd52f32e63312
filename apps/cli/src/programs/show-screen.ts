import type { Invocation, OnProfile } from '../parse/invocation.ts';
import { deleteAccount, forgetPhrase, relayAccess, showAccount } from '../screens/account.ts';
import { saveAttachments } from '../screens/attachments.ts';
import { showContacts } from '../screens/contacts.ts';
import { receive } from '../screens/receive.ts';
import type { Screen } from '../screens/screen.ts';
import { send } from '../screens/send.ts';
import { shareNetwork } from '../screens/share-network.ts';
import type { Context } from './context.ts';
import { reachOwner } from './reach-owner.ts';

type OnScreen = Exclude<
  Extract<Invocation, OnProfile>,
  {
    command: 'app' | 'daemon' | 'doctor' | 'account create' | 'account restore' | 'account network';
  }
>;

/** Show one screen of a profile. */
export function showScreen(invocation: OnScreen, context: Context): Promise<number> {
  const screen: Screen = { ...context, reach: reachOwner(invocation, context) };
  switch (invocation.command) {
    case 'account show':
      return showAccount(invocation, screen);
    case 'account forget-phrase':
      return forgetPhrase(screen);
    case 'account relay-access':
      return relayAccess(invocation, screen);
    case 'account delete':
      return deleteAccount(invocation, screen);
    case 'send':
      return send(invocation, screen);
    case 'receive':
      return receive(invocation, screen);
    case 'network share':
      return shareNetwork(invocation, screen);
    case 'attachments save':
      return saveAttachments(invocation, screen);
    default:
      return showContacts(invocation, screen);
  }
}
