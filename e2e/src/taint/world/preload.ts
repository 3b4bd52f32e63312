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

/** Calls back for every view with this prototype that a full collection leaves. */
function eachObject(session: Session, prototype: string, take: (view: ArrayBufferView) => void): void {
  const global = globalThis as Record<symbol, unknown>;
  // Prototypes are among them, and are no views.
  global[TAKE] = (objects: readonly unknown[]) => {
    for (const one of objects) if (ArrayBuffer.isView(one) && one.byteLength > 0) take(one);
  };
  ask(session, 'Runtime.evaluate', { expression: prototype }, ({ result }) => {
    const prototypeObjectId = String(result?.objectId);
    ask(session, 'Runtime.queryObjects', { prototypeObjectId }, ({ objects }) => {
      const objectId = String(objects?.objectId);
      ask(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration: HAND_OVER }, () => undefined);
      session.post('Runtime.releaseObject', { objectId });
    });
  });
  delete global[TAKE];
}

const HAND_OVER = `function () { globalThis[Symbol.for('sotto.taint.take')](this); }`;

interface Answer {
  readonly result?: { readonly objectId?: string };
  readonly objects?: { readonly objectId?: string };
  readonly exceptionDetails?: { readonly text: string };
}

/** A session in its own thread answers before it returns. A heap that is written in part would look clean. */
function ask(session: Session, method: string, params: object, then: (answer: Answer) => void): void {
  let answered = false;
  session.post(method, params, (error, answer) => {
    const { exceptionDetails } = (answer ?? {}) as Answer;
    if (error !== null || exceptionDetails !== undefined) {
      throw new Error(`${method} failed: ${error?.message ?? exceptionDetails?.text}`);
    }
    answered = true;
    then(answer as Answer);
  });
  if (!answered) throw new Error(`${method} was not answered`);
}

if (path !== undefined) {
  setFlagsFromString('--heap-snapshot-string-limit=100000000');
  process.on('SIGUSR2', () => writeLiveHeap(path));
}
