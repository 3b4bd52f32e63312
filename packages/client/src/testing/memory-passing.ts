import { type Bytes, equalBytes } from '@sotto/bytes';
import type { ListPassing } from '../ports/list.ts';
import type { AccountKey } from '../ports/store.ts';
import type { MemoryOnion } from './memory-network-types.ts';

/** A list of storage nodes as tests make it: its number, and filling. Whatever looks otherwise is not signed. */
function memoryList(sequence: number, length: number): Bytes {
  const list = new Uint8Array(length).fill(7);
  new DataView(list.buffer).setUint32(0, sequence);
  return list;
}

export function memoryPassing(
  network: Pick<MemoryOnion, 'lists' | 'listBytes' | 'given'>,
  account: () => AccountKey | undefined,
): ListPassing {
  return {
    async current() {
      const sequence = network.lists.get(account() ?? '');
      if (sequence === undefined) return undefined;
      const bytes = () => memoryList(sequence, network.listBytes);
      return { sequence, network: new Uint8Array(8), handsOver: false, bytes };
    },
    async take(list) {
      const to = account();
      const before = network.lists.get(to ?? '');
      if (to === undefined || before === undefined || list.length < 4) return 'refused';
      const sequence = new DataView(list.buffer, list.byteOffset).getUint32(0);
      network.given.push({ to, sequence });
      if (!equalBytes(list, memoryList(sequence, list.length))) return 'refused';
      if (sequence <= before) return 'known';
      network.lists.set(to, sequence);
      return 'taken';
    },
  };
}
