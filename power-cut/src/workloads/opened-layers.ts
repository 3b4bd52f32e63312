import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes, type Bytes } from '@sotto/bytes';
import { OpenedLayers } from '@sotto/storage-node/testing';
import { ensure, type Workload } from './workload.ts';

/**
 * The onion layers that a storage node has opened. A power cut may forget what was not synced yet; here what was
 * remembered before a close must be known for good.
 */
export const layersWorkload: Workload = {
  name: 'layers',
  lives: 1,
  inParts: true,
  live: async ({ folder, operations, step }) => {
    ensure(operations <= MOST, `no more than ${MOST} operations`);
    for (let count = 0; count < operations / 4; count++) {
      const first = count * 3;
      await step(
        () => {
          const layers = openIn(folder);
          // A new file every second time.
          const now = Math.floor(count / 2) * MINUTE;
          for (const tag of [first, first + 1, first + 2]) layers.remember(tagNumber(tag), SOURCE, now);
          layers.close();
        },
        () => [...Array(first + 3).keys()].map(factOf),
      );
    }
  },
  revive: async (folder) => {
    const layers = openIn(folder);
    const numbers = [...Array(MOST).keys()];
    const facts = numbers
      .filter((each) => layers.remember(tagNumber(each), SOURCE, LATER) === 'seen')
      .map(factOf);
    return {
      facts,
      goOn: async () => {
        ensure(layers.remember(tagNumber(MOST), SOURCE, LATER) === 'new', 'one more layer is new');
        ensure(layers.remember(tagNumber(MOST), SOURCE, LATER) === 'seen', 'and then it is seen');
      },
      close: () => layers.close(),
    };
  },
  databases: () => [],
};

const MINUTE = 60_000;
const LATER = 1_000_000 * MINUTE;
/** Tags that are asked for; a recording makes fewer. */
const MOST = 300;
const SOURCE = { name: 'one', weight: 1 };

const openIn = (folder: string): OpenedLayers => new OpenedLayers(join(folder, 'layers'));
const factOf = (tag: number): string => `layer ${tag} was opened`;

function tagNumber(number: number): Bytes {
  return asBytes(createHash('sha256').update(String(number)).digest().subarray(0, 16));
}
