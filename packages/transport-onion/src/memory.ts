import { type Bytes, BytesError, fromBase64, fromHex, toBase64, toHex } from '@sotto/bytes';
import type { RememberedGuard } from '@sotto/onion';
import { formatJson, ProtocolError, parseJson } from '@sotto/protocol';
import { z } from 'zod';

/** What the road keeps between runs. */
export interface Remembered {
  /** SHA-256 of the list that came with the network text, 32 bytes: which network this is about. */
  readonly network: Bytes;
  /** The newest signed list, in its binary form. */
  readonly list: Bytes;
  readonly guards: readonly RememberedGuard[];
}

/** As much as the port takes. */
const MAX_BYTES = 512 * 1024;
const MAX_GUARDS = 64;

const schema = z.object({
  version: z.literal(1),
  network: z.string().length(64),
  list: z.string(),
  guards: z
    .array(
      z.object({
        key: z.string().length(64),
        chosen_at: z.int().min(0),
        dead_for: z.exactOptional(z.int().min(0)),
        doubted: z.exactOptional(z.boolean()),
        losses: z.exactOptional(z.int().min(0)),
      }),
    )
    .max(MAX_GUARDS),
});

export function encodeMemory({ network, list, guards }: Remembered): Bytes {
  return formatJson({
    version: 1,
    network: toHex(network),
    list: toBase64(list),
    guards: guards.map(({ key, chosenAt, deadFor, doubted, losses }) => ({
      ...{ key: toHex(key), chosen_at: chosenAt, dead_for: deadFor },
      ...{ doubted, losses },
    })),
  });
}

/** `undefined` for what this program did not write: it is lost without harm. */
export function decodeMemory(bytes: Bytes): Remembered | undefined {
  try {
    const read = schema.safeParse(parseJson(bytes, MAX_BYTES));
    if (!read.success) return undefined;
    const guards = read.data.guards.map(({ key, chosen_at: chosenAt, dead_for: deadFor, ...more }) => ({
      ...{ key: fromHex(key), chosenAt, ...more },
      ...(deadFor === undefined ? {} : { deadFor }),
    }));
    return { network: fromHex(read.data.network), list: fromBase64(read.data.list), guards };
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof BytesError) return undefined;
    throw error;
  }
}
