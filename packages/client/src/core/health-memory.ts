import { fromUtf8, utf8 } from '@sotto/bytes';
import { ROAD_RECOVERY, TROUBLE_NOTED_EVERY } from '../constants.ts';
import type { RoadMemory } from '../ports/road.ts';
import type { Clock } from '../ports/system.ts';

/**
 * When the relay was last in trouble, from one run to the next. Each command without a daemon is a run of its
 * own, and would else wait the 5 s behind a dead relay anew. Holds for as long as a road has to be well
 * before it is taken again (design §1.4), and is lost without harm.
 */
export interface HealthMemory {
  /** Was it in trouble so lately that it must prove itself first? */
  isAiling(): Promise<boolean>;
  /** It is in trouble now. Cheap to call often. */
  note(): void;
}

/** Kept as what the relay's road remembers: it has nothing else to remember. */
export function createHealthMemory(memory: RoadMemory, clock: Clock, onFailure: () => void): HealthMemory {
  let notedAt = Number.NEGATIVE_INFINITY;
  return {
    async isAiling() {
      const at = readTime((await memory.load()) ?? new Uint8Array(0));
      // A clock that went back makes no trouble last.
      return at !== undefined && Math.abs(clock.now() - at) < ROAD_RECOVERY;
    },
    note() {
      const now = clock.now();
      if (Math.abs(now - notedAt) < TROUBLE_NOTED_EVERY) return;
      notedAt = now;
      memory.save(utf8(String(now))).catch(onFailure);
    },
  };
}

function readTime(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0 || bytes.length > 16 || bytes.some((byte) => byte < 0x30 || byte > 0x39)) {
    return undefined;
  }
  return Number(fromUtf8(bytes));
}
