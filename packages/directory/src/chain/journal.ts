/** A coming or going, as the contract's journal has it. */
export interface RegistryEvent {
  readonly kind: 'came' | 'left';
  /** The registry's number of the node, never used twice. */
  readonly id: bigint;
  readonly block: bigint;
  /** The first 64 bits of the hash of the block before: the same for all events of one block. */
  readonly seed: bigint;
}

/** Read one word of the journal (Registry.sol, `journal`). */
export function readEvent(word: bigint): RegistryEvent {
  return {
    kind: (word >> 248n) & 1n ? 'came' : 'left',
    block: BigInt.asUintN(56, word >> 192n),
    id: BigInt.asUintN(64, word >> 128n),
    seed: BigInt.asUintN(64, word),
  };
}
