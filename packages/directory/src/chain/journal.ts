/** A coming or going, as the contract's journal has it. */
export interface RegistryEvent {
  readonly kind: 'came' | 'left';
  /** The registry's number of the node, never used twice. */
  readonly id: bigint;
  readonly block: bigint;
  /** The first eight bytes of the hash of the block before, little endian: the same for all events of one block. */
  readonly seed: bigint;
}

/** Read one word of the journal (Registry.sol, `journal`). */
export function readEvent(word: bigint): RegistryEvent {
  return {
    kind: (word >> 248n) & 1n ? 'came' : 'left',
    block: BigInt.asUintN(56, word >> 192n),
    id: BigInt.asUintN(64, word >> 128n),
    seed: turned(BigInt.asUintN(64, word)),
  };
}

/** The contract has the bytes as a number that begins with the first; the rules of swarms read them the other way. */
function turned(number: bigint): bigint {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, number);
  return bytes.getBigUint64(0, true);
}
