import type { Readable, Writable } from 'node:stream';
import { Pace, type PaceTerms } from './pace.ts';

/** Send what a stream has, as fast as the other side takes it. Rejects when that hangs up or is too slow. */
export async function writeAtPace(response: Writable, stream: Readable, terms: PaceTerms): Promise<void> {
  const pace = new Pace(terms);
  // Leaving the loop, however that happens, destroys the stream.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    if (response.destroyed) throw hungUp();
    if (!response.write(chunk)) await pace.waitFor(drained(response));
    pace.count(chunk.length);
  }
  response.end();
}

function drained(response: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      response.off('drain', onDrain);
      response.off('close', onClose);
      done();
    };
    const onDrain = (): void => settle(resolve);
    const onClose = (): void => settle(() => reject(hungUp()));
    response.on('drain', onDrain);
    response.on('close', onClose);
    if (response.destroyed) onClose();
  });
}

function hungUp(): Error {
  return new Error('the other side hung up');
}
