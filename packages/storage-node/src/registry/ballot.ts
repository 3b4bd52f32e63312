import { fromUtf8, utf8 } from '@sotto/bytes';
import type { Hex, Removal, RemovalReason } from '@sotto/directory/chain';

/** A vote as nodes tell it each other. */
export interface Ballot extends Removal {
  readonly signature: Hex;
}

const LONGEST_BALLOT = 512;
/** Of 64 bits, without leading zeros. */
const NUMBER = /^(0|[1-9]\d{0,19})$/;

export function formatBallot({ node, epoch, reason, signature }: Ballot): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify({ node: String(node), epoch: String(epoch), reason, signature }));
}

/** `undefined` for anything that is no ballot; whose it is shows its signature. */
export function parseBallot(body: Uint8Array): Ballot | undefined {
  if (body.length > LONGEST_BALLOT) return undefined;
  try {
    const { node, epoch, reason, signature } = JSON.parse(fromUtf8(body)) as Record<string, unknown>;
    if (typeof node !== 'string' || !NUMBER.test(node)) return undefined;
    if (typeof epoch !== 'string' || !NUMBER.test(epoch)) return undefined;
    if (reason !== 1 && reason !== 2) return undefined;
    if (typeof signature !== 'string' || !/^0x[0-9a-f]{130}$/.test(signature)) return undefined;
    const numbers = { node: BigInt(node), epoch: BigInt(epoch) };
    if (numbers.node >= 2n ** 64n || numbers.epoch >= 2n ** 64n) return undefined;
    return { ...numbers, reason: reason as RemovalReason, signature: signature as Hex };
  } catch {
    return undefined;
  }
}
