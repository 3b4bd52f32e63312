import { MAX_REPLY_BYTES } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { SEALS_BYTES } from '../constants.ts';
import { sealReply } from './seal-reply.ts';

const long = MAX_REPLY_BYTES - SEALS_BYTES;

describe('a sealed reply', () => {
  it('that no hop would carry is a refusal', () => {
    const statuses: number[] = [];
    const seal = (grows: number) => (reply: { status: number; body: Uint8Array }) => {
      statuses.push(reply.status);
      return new Uint8Array(reply.body.length + grows);
    };
    expect(sealReply(seal(0), { status: 200, body: new Uint8Array(long) })).toHaveLength(long);
    expect(statuses).toEqual([200]);
    const refused = sealReply(seal(1), { status: 200, body: new Uint8Array(long) });
    expect(refused.length).toBeLessThan(100);
    expect(statuses).toEqual([200, 200, 400]);
  });
});
