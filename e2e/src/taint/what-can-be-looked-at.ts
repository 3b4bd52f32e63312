import { mayReadMemory } from './find/read-memory.ts';
import type { Looked } from './ledger/compare.ts';
import { mayCapture } from './world/capture.ts';

/** What a run on this machine, by this user, sees; `missing` says what it does not, and why. */
export function whatCanBeLookedAt(full: boolean): Looked & { readonly missing: readonly string[] } {
  const looked = {
    memory: full,
    passingMemory: full && mayReadMemory(),
    network: mayCapture(),
    residues: full,
  };
  const missing = [
    ...(full && !looked.passingMemory ? ['memory as the kernel shows it, which needs root on Linux'] : []),
    ...(looked.network ? [] : ['packets, which need root, Linux and tcpdump']),
  ];
  return { ...looked, missing };
}
