import { asBytes, type Bytes, toBase64, utf8 } from '@sotto/bytes';
import type { WorkPurpose } from '@sotto/protocol';
import { openRelay, type World } from './relay-world.ts';

/**
 * What stands in seeds for what only a running relay knows. Each is as long as that, so that an input keeps its lengths when
 * it is put in, and an input that is printed means the same at another relay.
 */
export const LIVE = {
  aci: '00000000-0000-4000-8000-00000000000a',
  authorization: `Basic ${toBase64(utf8(`00000000-0000-4000-8000-00000000000a:a password of the fuzz`))}`,
  /** A session whose code was sent, and one whose code was shown; their numbers. */
  sent: 'A'.repeat(43),
  verified: 'B'.repeat(43),
  sentNumber: '+12060000001',
  verifiedNumber: '+12060000002',
  code: '424242',
  work: 'v1.00000000.AAAAAAAAAAAAAAAA',
} as const;

/** Two relays, for no one does all that relays do: where anybody registers for work, and where numbers do. */
export interface Worlds {
  /** The one that an input is for, by what it asks, and the input as it is said there. */
  of(input: Uint8Array): Promise<{ readonly world: World; readonly said: Bytes }>;
  close(): Promise<void>;
}

/** What is about numbers. */
const NUMBERS = /session|\/number|\+1206|PNI|=pni|reglock|registration_lock/i;

export async function openRelays(tls?: 'none'): Promise<Worlds> {
  const [open, phone] = [await openRelay('open', tls), await openRelay('phone', tls)];
  return {
    of: async (input) => {
      const text = Buffer.from(input).toString('latin1');
      const world = NUMBERS.test(text) ? phone : open;
      await world.tick();
      return { world, said: asBytes(Buffer.from(await putIn(world, text), 'latin1')) };
    },
    close: async () => {
      await open.close();
      await phone.close();
    },
  };
}

async function putIn(world: World, text: string): Promise<string> {
  const { sent, verified } = world;
  const said = text
    .replaceAll(LIVE.authorization, world.authorization)
    .replaceAll(LIVE.aci, world.aci)
    .replaceAll(LIVE.sent, sent?.id ?? LIVE.sent)
    .replaceAll(LIVE.verified, verified?.id ?? LIVE.verified)
    .replaceAll(LIVE.sentNumber, sent?.number ?? LIVE.sentNumber)
    .replaceAll(LIVE.verifiedNumber, verified?.number ?? LIVE.verifiedNumber)
    .replaceAll(LIVE.code, sent?.code ?? LIVE.code);
  return said.includes(LIVE.work) ? said.replaceAll(LIVE.work, await world.work(purposeOf(said))) : said;
}

function purposeOf(text: string): WorkPurpose {
  if (text.includes('/v1/messages/')) return 'request';
  return text.includes('/v2/keys') ? 'keys' : 'ticket';
}
