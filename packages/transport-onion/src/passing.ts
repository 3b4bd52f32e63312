import { concatBytes, equalBytes } from '@sotto/bytes';
import type { ListPassing, PassedList } from '@sotto/client';
import { sha256 } from '@sotto/crypto';
import { encodeSignedList, isSeen, type SignedList } from '@sotto/directory';
import { isKnown, type Nodes } from './nodes.ts';

/** Of the hash that names a network; as much as tells a contact’s few networks apart. */
const NAME_BYTES = 8;

/**
 * The list of storage nodes as contacts pass it on. One that nobody has signed is neither given nor taken: no word
 * of one contact proves it, and to ask the nodes that it names would show them who asks (decision 0028).
 * @param adopted called when the road goes by another list than before
 */
export function passing(open: () => Promise<Nodes>, adopted: () => void): ListPassing {
  return {
    current: async () => passedList((await open()).signed),
    async take(list) {
      const nodes = await open();
      const outcome = nodes.adopt(list);
      if (outcome !== 'adopted') return isKnown(outcome) ? 'known' : 'refused';
      // Not on disk, it is given again.
      await nodes.remember().catch(() => undefined);
      adopted();
      return 'taken';
    },
  };
}

/** What contacts are told and given of a list; nothing of one that nobody has signed. */
export function passedList(signed: SignedList): PassedList | undefined {
  const { list, signatures } = signed;
  if (isSeen(list)) return undefined;
  const isOwn = (key: Uint8Array) => list.signers.some((signer) => equalBytes(signer, key));
  return {
    sequence: list.sequence,
    network: sha256(concatBytes(...list.signers)).slice(0, NAME_BYTES),
    handsOver: signatures.some(({ signer }) => !isOwn(signer)),
    bytes: () => encodeSignedList(signed),
  };
}
