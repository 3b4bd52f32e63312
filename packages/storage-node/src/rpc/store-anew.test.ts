import { describe, expect, it } from 'vitest';
import { MAX_LEAD } from '../constants.ts';
import { deletedSince, joined } from './store-anew.ts';

const NOW = 1_800_000_000_000;
const reply = (swarm: object) => ({ status: 200, body: { swarm } });
const refused = (at: unknown) => ({ failed: true, code: 409, deleted_at: at });

describe('a deletion by which a store was refused', () => {
  it('is the latest that a member tells of', () => {
    const swarm = { a: { hash: 'h' }, b: refused(NOW - 1), c: refused(NOW + 5), d: { failed: true } };
    expect(deletedSince(reply(swarm), NOW)).toBe(NOW + 5);
    expect(deletedSince(reply({ a: { hash: 'h' } }), NOW)).toBe(0);
    expect(deletedSince({ status: 401, body: 'no' }, NOW)).toBe(0);
  });

  it('is none where a member makes up a time, or has stored it', () => {
    for (const at of [NOW + MAX_LEAD, Number.MAX_VALUE, -5, 1.5, `${NOW}`, null, {}]) {
      expect(deletedSince(reply({ a: refused(at) }), NOW)).toBe(0);
    }
    expect(deletedSince(reply({ a: { hash: 'h', deleted_at: NOW } }), NOW)).toBe(0);
    expect(deletedSince(reply({ a: refused(NOW + MAX_LEAD - 1) }), NOW)).toBe(NOW + MAX_LEAD - 1);
  });
});

describe('what members say when they were asked twice', () => {
  it('is what they said first where they stored it, and what they say now where not', () => {
    const first = reply({ a: { hash: 'h' }, b: refused(NOW), c: { failed: true, timeout: true } });
    const second = reply({ a: { hash: 'h', already: true }, b: { hash: 'h' } });
    expect(joined(first, second).body).toEqual({
      swarm: { a: { hash: 'h' }, b: { hash: 'h' }, c: { failed: true, timeout: true } },
    });
  });
});
