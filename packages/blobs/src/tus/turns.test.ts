import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Work that goes on until it is told to end, and then takes a while. */
function untilEnded(signal: AbortSignal, ended: string[]): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      setImmediate(() => {
        ended.push('on disk');
        resolve('ended');
      });
    });
  });
}

describe('turns', () => {
  it('are one at a time for each key', async () => {
    const turns = new Turns();
    const first = turns.take('a', (signal) => untilEnded(signal, []));
    expect(await turns.take('a', async () => 'second')).toBeUndefined();
    expect(await turns.take('b', async () => 'another')).toBe('another');
    await turns.end('a');
    expect(await first).toBe('ended');
    expect(await turns.take('a', async () => 'next')).toBe('next');
  });

  it('are over for who ends them once what they did is done', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const first = turns.take('a', (signal) => untilEnded(signal, order));
    await turns.end('a');
    order.push('asked');
    expect(order).toEqual(['on disk', 'asked']);
    await first;
    await turns.end('a');
  });

  it('are given back by work that fails', async () => {
    const turns = new Turns();
    const fails = () => Promise.reject(new Error('the disk failed'));
    await expect(turns.take('a', fails)).rejects.toThrowError('the disk failed');
    const first = turns.take('a', fails);
    await turns.end('a');
    await expect(first).rejects.toThrowError('the disk failed');
  });
});
