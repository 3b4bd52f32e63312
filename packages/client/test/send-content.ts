import { parseAccountId } from '@sotto/identity';
import { encodeContent } from '@sotto/protocol';
import { createPlainRatchetEngine } from '../src/testing.ts';
import type { Person, World } from './world.ts';

/** What the sender's program would never write, as a changed program can. */
export async function sendContent(
  world: World,
  from: Person,
  to: Person,
  content: Parameters<typeof encodeContent>[0],
  forged: { readonly registrationId?: number } = {},
): Promise<void> {
  const own = await from.store.account();
  const kept = world.network.accounts.get(to.account);
  if (own === undefined || kept === undefined) throw new Error('no account');
  const { device, registrationId, certificate, identitySecret } = own;
  const account = parseAccountId(own.account);
  const local = { account, device, registrationId, certificate, identitySecret, ...forged };
  const ratchet = createPlainRatchetEngine(world.random.bytes).open(local, from.store.ratchet);
  const { signedPreKey, lastResortKyberPreKey: kyberPreKey } = kept.keys;
  if (signedPreKey === undefined || kyberPreKey === undefined) throw new Error('no keys');
  const address = { account: parseAccountId(to.account), device: kept.device };
  const made = await ratchet.encrypt({
    to: address,
    plaintext: encodeContent(content),
    bundle: { device: kept.device, registrationId: kept.registrationId, signedPreKey, kyberPreKey },
    now: world.clock.now(),
  });
  if (made.outcome !== 'encrypted') throw new Error(made.outcome);
  await from.store.commit(made.changes.map((change) => ({ kind: 'ratchet', change })));
  const sealed = await ratchet.seal(address, made.message);
  if (sealed.outcome !== 'sealed') throw new Error(sealed.outcome);
  world.network.inject(to.account, sealed.bytes);
  await world.pass(10);
}
