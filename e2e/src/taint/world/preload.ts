/**
 * Loaded into a server with `--import`: on SIGUSR2 it writes what is alive in the heap to a file, after a full
 * garbage collection. The memory of the process as the kernel shows it says what has passed through; this says
 * what is kept. The product knows nothing of it.
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

const path = process.env['TAINT_DUMP'];
const TAKE = Symbol.for('sotto.taint.take');
/** Between two values, so that none is found across them. */
const BETWEEN = Buffer.alloc(8);

function writeLiveHeap(file: string): void {
  const output = openSync(`${file}.new`, 'w', 0o600);
  const session = new Session();
  session.connect();
  // The engine remembers the last text that any pattern was tried on, until the next one.
  /^/.test('');
  // Bytes first: objects of the session itself are not looked at then.
  for (const prototype of ['Object.getPrototypeOf(Uint8Array.prototype)', 'DataView.prototype']) {
    eachObject(session, prototype, (view) => {
      writeSync(output, Buffer.from(view.buffer, view.byteOffset, view.byteLength));
      writeSync(output, BETWEEN);
    });
  }
  // All strings stand in a snapshot as JSON.
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => {
    writeSync(output, params.chunk);
  });
  session.post('HeapProfiler.takeHeapSnapshot');
  session.disconnect();
  closeSync(output);
  renameSync(`${file}.new`, file);
}

/** Calls back for every object with this prototype that a full collection leaves. */
function eachObject(session: Session, prototype: string, take: (view: ArrayBufferView) => void): void {
  const global = globalThis as Record<symbol, unknown>;
  global[TAKE] = (views: readonly ArrayBufferView[]) => {
    for (const view of views) if (view.byteLength > 0) take(view);
  };
  session.post('Runtime.evaluate', { expression: prototype }, (_error, { result }) => {
    session.post(
      'Runtime.queryObjects',
      { prototypeObjectId: String(result.objectId) },
      (_failed, { objects }) => {
        session.post('Runtime.callFunctionOn', {
          objectId: String(objects.objectId),
          functionDeclaration: `function () { globalThis[Symbol.for('sotto.taint.take')](this); }`,
        });
        session.post('Runtime.releaseObject', { objectId: String(objects.objectId) });
      },
    );
  });
  delete global[TAKE];
}

if (path !== undefined) {
  setFlagsFromString('--heap-snapshot-string-limit=100000000');
  process.on('SIGUSR2', () => writeLiveHeap(path));
}
