import { asBytes, type Bytes, utf8 } from '@sotto/bytes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bus } from '../bus.ts';
import { MAX_BELL_BYTES } from '../constants.ts';

/** Two ends of one bus: of two processes, or twice the same where there is only one. */
export interface BusesUnderTest {
  readonly here: Bus;
  readonly there: Bus;
}

const refused = expect.objectContaining({ name: 'BusError', code: 'refused' });
let next = 0;
const freshSubject = (): string => (0x5e77 + next++).toString(16);

/**
 * Returns when what `from` rings is heard by whoever listens at `to`. A server does what one end asks of it in its
 * order, so whatever was asked before this is done then as well.
 */
export async function untilHeard(from: Bus, to: Bus): Promise<void> {
  const subject = freshSubject();
  const hear = vi.fn();
  const end = to.subscribe(subject, hear);
  await expect
    .poll(
      () => {
        from.publish(subject, utf8('there?'));
        return hear.mock.calls.length;
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBeGreaterThan(0);
  end();
}

/** What every bus behind the port must do. */
export function busSuite(kind: string, make: () => Promise<BusesUnderTest>): void {
  describe(kind, () => {
    let here: Bus;
    let there: Bus;
    let subject: string;
    const heard: string[] = [];
    const hears =
      (name: string) =>
      (payload: Bytes): void =>
        void heard.push(`${name} ${Buffer.from(payload)}`);
    const ready = async (): Promise<void> => {
      await untilHeard(here, there);
      await untilHeard(there, here);
    };

    beforeEach(async () => {
      heard.length = 0;
      subject = freshSubject();
      ({ here, there } = await make());
    });
    afterEach(async () => {
      await here.close();
      await there.close();
    });

    it('rings for all who listen to a subject, once each, in order, and for nobody else', async () => {
      here.subscribe(subject, hears('own'));
      there.subscribe(subject, hears('first'));
      there.subscribe(subject, hears('second'));
      there.subscribe(`${subject}0`, hears('other'));
      await ready();
      for (const word of ['a', 'b', 'c']) here.publish(subject, utf8(word));
      await ready();
      const of = (name: string): readonly string[] => heard.filter((one) => one.startsWith(name));
      expect(of('own')).toEqual(['own a', 'own b', 'own c']);
      expect(of('first')).toEqual(['first a', 'first b', 'first c']);
      expect(of('second')).toEqual(['second a', 'second b', 'second c']);
      expect(heard).toHaveLength(9);
    });

    it('does not call back whoever rings while it still does something else', async () => {
      here.subscribe(subject, hears('own'));
      here.publish(subject, utf8('a'));
      expect(heard).toEqual([]);
      await ready();
      expect(heard).toEqual(['own a']);
    });

    it('stops when it is told, for that listener alone', async () => {
      const hear = hears('twice');
      const ends = [there.subscribe(subject, hear), there.subscribe(subject, hear)];
      await ready();
      ends[0]?.();
      ends[0]?.();
      here.publish(subject, utf8('a'));
      await ready();
      expect(heard).toEqual(['twice a']);
      ends[1]?.();
      await ready();
      here.publish(subject, utf8('b'));
      await ready();
      there.subscribe(subject, hears('again'));
      await ready();
      here.publish(subject, utf8('c'));
      await ready();
      expect(heard).toEqual(['twice a', 'again c']);
    });

    it('is not heard by one who left between the bell and its sound', async () => {
      const end = here.subscribe(subject, hears('gone'));
      here.subscribe(subject, hears('stays'));
      here.publish(subject, utf8('a'));
      end();
      await ready();
      expect(heard).toEqual(['stays a']);
    });

    it('carries up to a kibibyte, and nothing is much too', async () => {
      const sizes: number[] = [];
      there.subscribe(subject, (payload) => {
        expect(payload.constructor).toBe(Uint8Array);
        sizes.push(payload.length);
      });
      await ready();
      for (const size of [0, 1, MAX_BELL_BYTES]) here.publish(subject, new Uint8Array(size));
      await ready();
      expect(sizes).toEqual([0, 1, MAX_BELL_BYTES]);
      const tooLarge = asBytes(new Uint8Array(MAX_BELL_BYTES + 1));
      expect(() => here.publish(subject, tooLarge)).toThrow(refused);
    });

    it('takes no subject but hex', () => {
      for (const name of ['', '*', '>', 'a.b', 'A', 'g', 'a b', 'a\n', 'a'.repeat(129)]) {
        expect(() => here.publish(name, new Uint8Array(1))).toThrow(refused);
        expect(() => here.subscribe(name, () => undefined)).toThrow(refused);
      }
    });

    it('is quiet once closed, and troubles nobody', async () => {
      const end = here.subscribe(subject, hears('closed'));
      await here.close();
      await here.close();
      end();
      const never = here.subscribe(subject, hears('late'));
      here.publish(subject, utf8('a'));
      there.publish(subject, utf8('b'));
      never();
      expect(heard).toEqual([]);
    });
  });
}
