import type { Crowd, Load } from './crowd.ts';
import {
  type NodeCrowdTerms,
  nodeCrowd,
  type OnionCrowdTerms,
  onionCrowd,
  type RelayCrowdTerms,
  relayCrowd,
} from './crowds.ts';
import { Recipients, type RecipientTerms } from './recipients.ts';

/** What a load process is told to do; each is answered with `{ value }` when it is done. */
export type LoadOrder =
  | { readonly order: 'recipients'; readonly terms: RecipientTerms }
  | { readonly order: 'check'; readonly messages: Uint32Array }
  | { readonly order: 'take' }
  | { readonly order: 'relay-crowd'; readonly terms: RelayCrowdTerms }
  | { readonly order: 'node-crowd'; readonly terms: NodeCrowdTerms }
  | { readonly order: 'onion-crowd'; readonly terms: OnionCrowdTerms }
  | { readonly order: 'load'; readonly load: Load };

let crowd: Crowd | undefined;
let recipients: Recipients | undefined;

async function obey(order: LoadOrder): Promise<unknown> {
  switch (order.order) {
    case 'recipients':
      recipients = new Recipients(order.terms);
      return recipients.open();
    case 'check':
      return recipients?.check(order.messages);
    case 'take':
      return recipients?.take();
    case 'relay-crowd':
      return begin(relayCrowd(order.terms));
    case 'node-crowd':
      return begin(nodeCrowd(order.terms));
    case 'onion-crowd':
      return begin(onionCrowd(order.terms));
    case 'load':
      return crowd?.run(order.load);
  }
}

function begin(next: Crowd): Promise<void> {
  crowd?.close();
  crowd = next;
  return next.open();
}

process.on('message', (order: LoadOrder) => {
  obey(order).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
