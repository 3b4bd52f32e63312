/**
 * Whether the account record may be put on a road. Who leaves deletes it there, and upkeep that looks at the same
 * moment would miss it and put it back, where it would stay when its owner is gone.
 */
export interface Publishing {
  /** False, and nothing is done, while the owner leaves. */
  run(publish: () => Promise<boolean>): Promise<boolean>;
  /** Resolves when nothing is under way; until `resume` nothing begins. */
  stop(): Promise<void>;
  resume(): void;
}

export function createPublishing(): Publishing {
  const underWay = new Set<Promise<boolean>>();
  let stopped = false;
  return {
    async run(publish) {
      if (stopped) return false;
      const done = publish();
      underWay.add(done);
      try {
        return await done;
      } finally {
        underWay.delete(done);
      }
    },
    async stop() {
      stopped = true;
      await Promise.allSettled(underWay);
    },
    resume() {
      stopped = false;
    },
  };
}
