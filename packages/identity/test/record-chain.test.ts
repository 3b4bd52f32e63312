import { type Bytes, toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdentityError, nextRevision } from '../src/index.ts';
import { byDevice, byRecovery, contentOf, deviceNumbered, draftOf, NOW, sign } from './_account.ts';
import { accept, alice, bob, DAY, first, following, forge, signUnlisted } from './_records.ts';

describe('first sight', () => {
  it('takes a first revision of the recovery key', () => {
    const seen = accept(first);
    expect(seen).toMatchObject({ outcome: 'accepted', bytes: first, devicesChanged: false });
  });

  it('takes a later revision of a device that it lists, or of the recovery key', () => {
    const draft = following(first);
    expect(accept(sign(alice, draft, byDevice(1))).outcome).toBe('accepted');
    expect(accept(sign(alice, draft, byRecovery(alice))).outcome).toBe('accepted');
  });

  it('takes nothing that nobody in it stands behind', () => {
    expect(accept(sign(alice, draftOf(alice), byDevice(1))).outcome).toBe('unproven');
    expect(accept(sign(alice, draftOf(alice), byRecovery(bob))).outcome).toBe('unproven');
    expect(accept(signUnlisted(following(first), 2)).outcome).toBe('unproven');
    expect(accept(signUnlisted(following(first), 1, 1)).outcome).toBe('unproven');
  });
});

describe('time', () => {
  it('is over when it is over', () => {
    expect(accept(first, undefined, NOW + 14 * DAY - 1).outcome).toBe('accepted');
    expect(accept(first, undefined, NOW + 14 * DAY).outcome).toBe('expired');
    expect(accept(first, first, NOW + 14 * DAY).outcome).toBe('expired');
  });

  it('is two weeks at most', () => {
    const long = draftOf(alice, { validUntil: NOW + 14 * DAY + 1 });
    expect(accept(sign(alice, long, byRecovery(alice))).outcome).toBe('too-long-validity');
  });

  it('may be a day ahead of ours', () => {
    expect(accept(first, undefined, NOW - DAY).outcome).toBe('accepted');
    expect(accept(first, undefined, NOW - DAY - 1).outcome).toBe('from-the-future');
  });
});

describe('with a pin', () => {
  const second = sign(
    alice,
    following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] }),
    byDevice(1),
  );

  it('knows what it has', () => {
    expect(accept(first, first)).toMatchObject({ outcome: 'same', record: { revision: 1 } });
    // The second signature is not part of what is said.
    const otherwise = sign(alice, contentOf(alice, second), byRecovery(alice));
    expect(accept(otherwise, second).outcome).toBe('same');
  });

  it('takes what follows and says whether devices changed', () => {
    expect(accept(second, first)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
    expect(accept(sign(alice, following(first), byDevice(1)), first)).toMatchObject({
      devicesChanged: false,
    });
    const reinstalled = { ...deviceNumbered(1), registrationId: 999 };
    const third = signUnlisted(following(second, { devices: [reinstalled] }), 2);
    expect(accept(third, second)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
  });

  it('does not go back', () => {
    expect(accept(first, second).outcome).toBe('rolled-back');
    expect(accept(first, second, NOW + 30 * DAY).outcome).toBe('rolled-back');
  });

  it('refuses an earlier time, except by the recovery key', () => {
    const earlier = following(first, { issuedAt: NOW - 1, validUntil: NOW + DAY });
    expect(accept(sign(alice, earlier, byDevice(1)), first).outcome).toBe('rolled-back');
    expect(accept(sign(alice, earlier, byRecovery(alice)), first).outcome).toBe('accepted');
  });

  it('follows a device whose clock was ahead, unless nobody can have believed it', () => {
    const ahead = sign(alice, draftOf(alice, { issuedAt: NOW + DAY }), byRecovery(alice));
    const next = nextRevision(contentOf(alice, ahead), { issuedAt: NOW });
    expect(next).toMatchObject({ issuedAt: NOW + DAY, validUntil: NOW + 15 * DAY });
    expect(accept(sign(alice, next, byDevice(1)), ahead).outcome).toBe('accepted');
    const lost = { ...contentOf(alice, first), issuedAt: NOW + 2 * DAY };
    expect(nextRevision(lost, { issuedAt: NOW }).issuedAt).toBe(NOW);
  });

  it('sees two pages in one place', () => {
    const other = sign(alice, following(first), byDevice(1));
    expect(accept(other, second).outcome).toBe('forked');
    const grandchild = sign(alice, following(other), byDevice(1));
    expect(accept(grandchild, second).outcome).toBe('forked');
    const swapped = following(second, { recoveryKey: bob.recoveryKey, revision: 9 });
    expect(accept(sign(alice, swapped, byRecovery(bob)), second).outcome).toBe('forked');
    expect(accept(sign(alice, swapped, byDevice(1)), second).outcome).toBe('forked');
  });

  it('wants somebody whom it knows, not whom the newcomer names', () => {
    const thief = following(second, { devices: [deviceNumbered(3)] });
    expect(accept(sign(alice, thief, byDevice(3)), second).outcome).toBe('unproven');
    expect(accept(sign(alice, thief, byRecovery(bob)), second).outcome).toBe('unproven');
    // Device 2 exists, but is not in what was pinned.
    const hasty = following(first, { devices: [deviceNumbered(1), deviceNumbered(2)] });
    expect(accept(sign(alice, hasty, byDevice(2)), first).outcome).toBe('unproven');
  });

  it('lets the recovery key replace every device', () => {
    const taken = sign(alice, following(second, { devices: [deviceNumbered(9)] }), byRecovery(alice));
    expect(accept(taken, second)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
  });

  it('bridges missed revisions by somebody whom it knows', () => {
    const third = signUnlisted(following(second, { devices: [deviceNumbered(2)] }), 1);
    const fourth = signUnlisted(following(third, { devices: [deviceNumbered(3)] }), 2);
    expect(accept(third, first).outcome).toBe('accepted');
    expect(accept(fourth, first).outcome).toBe('unproven');
    expect(accept(fourth, second).outcome).toBe('accepted');
  });

  it('does not let the protocol be lowered', () => {
    const raised = forge((record) => (record.minVersion = 2));
    expect(accept(sign(alice, following(raised, { minVersion: 1 }), byDevice(1)), raised).outcome).toBe(
      'version-lowered',
    );
  });

  it('says when the pin itself is broken', () => {
    expect(() => accept(first, first.slice(0, 9))).toThrow(IdentityError);
    expect(() => accept(first, first.slice(0, 9))).toThrow(expect.objectContaining({ code: 'bad-pin' }));
  });
});

describe('the recovery key', () => {
  const thief = sign(
    alice,
    following(first, { devices: [deviceNumbered(1), deviceNumbered(66)] }),
    byDevice(1),
  );

  it('overrules a page that a device signed, in the same place and after it', () => {
    const owner = sign(alice, following(first, { devices: [deviceNumbered(2)] }), byRecovery(alice));
    expect(accept(owner, thief)).toMatchObject({ outcome: 'accepted', devicesChanged: true });
    const next = sign(alice, following(owner), byRecovery(alice));
    expect(accept(next, thief).outcome).toBe('accepted');
    // And is not overruled in turn.
    expect(accept(thief, owner).outcome).toBe('forked');
    expect(accept(sign(alice, following(thief), byDevice(66)), owner).outcome).toBe('forked');
  });

  it('does not overrule itself, bring back the past or exchange itself', () => {
    const one = sign(alice, following(first, { devices: [deviceNumbered(2)] }), byRecovery(alice));
    const other = sign(alice, following(first, { devices: [deviceNumbered(3)] }), byRecovery(alice));
    expect(accept(one, other).outcome).toBe('forked');
    expect(accept(sign(alice, following(one), byRecovery(alice)), other).outcome).toBe('forked');
    expect(accept(first, thief).outcome).toBe('rolled-back');
    const swapped = following(first, { recoveryKey: bob.recoveryKey });
    expect(accept(sign(alice, swapped, byRecovery(bob)), thief).outcome).toBe('forked');
    expect(accept(sign(alice, following(first), byRecovery(bob)), thief).outcome).toBe('forked');
  });

  it('always has room above what a device can sign', () => {
    const jump = (by: number) => sign(alice, following(first, { revision: 1 + by }), byDevice(1));
    expect(accept(jump(10_000), first).outcome).toBe('accepted');
    expect(accept(jump(10_001), first).outcome).toBe('unproven');
    const most = Math.floor((NOW + 1) / 60_000);
    const highest = sign(alice, following(first, { revision: most }), byDevice(1));
    const beyond = sign(alice, following(first, { revision: most + 1 }), byDevice(1));
    expect(accept(highest).outcome).toBe('accepted');
    expect(accept(beyond).outcome).toBe('unproven');
    const owner = sign(alice, following(highest, { devices: [deviceNumbered(2)] }), byRecovery(alice));
    expect(accept(owner, highest).outcome).toBe('accepted');
    expect(accept(owner).outcome).toBe('accepted');
    const later = following(owner, { issuedAt: NOW + DAY, validUntil: NOW + 2 * DAY });
    expect(accept(sign(alice, later, byDevice(2)), owner).outcome).toBe('accepted');
  });
});

describe('random histories', () => {
  /** Who signs the next revision, and which devices it lists. */
  const step = fc.record({
    devices: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    recovery: fc.boolean(),
    signer: fc.nat(),
  });

  function grow(
    from: Bytes,
    { devices, recovery, signer }: { devices: number[]; recovery: boolean; signer: number },
  ) {
    const before = contentOf(alice, from);
    const by = before.devices[signer % before.devices.length]?.id ?? 1;
    const draft = nextRevision(before, {
      issuedAt: before.issuedAt + 1,
      devices: [...new Set(recovery ? devices : [by, ...devices])].map((id) => deviceNumbered(id)),
    });
    return sign(alice, draft, recovery ? byRecovery(alice) : byDevice(by));
  }

  it('are followed one by one, and never back', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const chain = [first];
        for (const each of steps) chain.push(grow(chain.at(-1) as Bytes, each));
        for (const [index, bytes] of chain.entries()) {
          expect(accept(bytes, chain[index - 1]).outcome).toBe('accepted');
          for (const older of chain.slice(0, index)) expect(accept(older, bytes).outcome).toBe('rolled-back');
        }
      }),
      { numRuns: 25 },
    );
  });

  it('that split are noticed by whoever has seen one side, unless recovery overrules', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 }), step, step, step, (steps, left, right, more) => {
        const trunk = steps.reduce((bytes, each) => grow(bytes, each), first);
        const [one, other] = [grow(trunk, left), grow(trunk, right)];
        fc.pre(toHex(contentOf(alice, one).hash) !== toHex(contentOf(alice, other).hash));
        const wins = (mine: boolean, pinned: boolean) => (mine && !pinned ? 'accepted' : 'forked');
        expect(accept(other, one).outcome).toBe(wins(right.recovery, left.recovery));
        expect(accept(one, other).outcome).toBe(wins(left.recovery, right.recovery));
        // The page after the next names a page that was not pinned, so only recovery can have signed it.
        const after = grow(grow(other, more), { ...more, recovery: true });
        expect(accept(after, one).outcome).toBe('accepted');
      }),
      { numRuns: 25 },
    );
  });

  it('that a thief writes are overruled by recovery, wherever the thief has led the reader', () => {
    const thefts = fc.array(step, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 }), thefts, fc.nat({ max: 9_000 }), (steps, thief, jump) => {
        const trunk = steps.reduce((bytes, each) => grow(bytes, each), first);
        const stolen = thief.reduce((bytes, each) => grow(bytes, { ...each, recovery: false }), trunk);
        const before = contentOf(alice, stolen);
        const by = before.devices[0]?.id ?? 1;
        const far = sign(
          alice,
          { ...nextRevision(before, { issuedAt: NOW + 9 }), revision: before.revision + 1 + jump },
          byDevice(by),
        );
        const at = contentOf(alice, far);
        for (const revision of [at.revision, at.revision + 1, at.revision + 20_000]) {
          const page = { ...nextRevision(contentOf(alice, trunk), { issuedAt: NOW + 9 }), revision };
          const owner = sign(alice, { ...page, devices: [deviceNumbered(120)] }, byRecovery(alice));
          expect(accept(owner, far).outcome).toBe('accepted');
          expect(accept(far, owner).outcome).toMatch(/^(forked|rolled-back)$/);
          // Nothing that the thief's devices sign afterwards is believed again.
          const again = { ...nextRevision(at, { issuedAt: NOW + 9 }), revision: revision + 2 };
          expect(accept(sign(alice, again, byDevice(by)), owner).outcome).toBe('unproven');
        }
      }),
      { numRuns: 25 },
    );
  });
});
