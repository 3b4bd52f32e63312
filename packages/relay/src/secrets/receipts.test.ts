import { RECEIPT_PERIOD } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { DAY } from '../constants.ts';
import { receiptEndDay } from './receipts.ts';

describe('the end of receipts', () => {
  it('is one for all who swap in one period, thirty to sixty days away', () => {
    const start = 690 * RECEIPT_PERIOD;
    const end = 692 * (RECEIPT_PERIOD / DAY);
    for (const now of [start, start + DAY, start + RECEIPT_PERIOD - 1]) expect(receiptEndDay(now)).toBe(end);
    expect(receiptEndDay(start - 1)).toBe(end - 30);
    expect(receiptEndDay(start + RECEIPT_PERIOD)).toBe(end + 30);
  });
});
