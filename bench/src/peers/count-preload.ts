/**
 * Loaded into a server with `--import`: counts what it writes to sockets and commits to disk, and puts the counts
 * into a file of its folder when it is asked with SIGUSR2. The product knows nothing of it.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import Database from '@signalapp/sqlcipher';
import { COUNTS_FILE, type Counts } from './counts.ts';

const counts: { -readonly [Name in keyof Counts]: number } = { socketWrites: 0, socketBytes: 0, commits: 0 };

type Chunk = { readonly chunk: unknown; readonly encoding: BufferEncoding };

function countWrite(chunks: readonly Chunk[]): void {
  counts.socketWrites++;
  for (const { chunk, encoding } of chunks) {
    counts.socketBytes +=
      typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : (chunk as Uint8Array).length;
  }
}

// What a stream calls to hand over what it has: each is one `write` or `writev` of the kernel's, unless its buffer is full.
const { _write: writeOne, _writev: writeMany } = Socket.prototype as Required<Writable>;
Socket.prototype._write = function (chunk, encoding, callback): void {
  countWrite([{ chunk, encoding }]);
  writeOne.call(this, chunk, encoding, callback);
};
Socket.prototype._writev = function (chunks, callback): void {
  countWrite(chunks);
  writeMany.call(this, chunks, callback);
};

// Every store commits through a statement; with `synchronous=FULL` each is one sync of the log.
const { prepare } = Database.prototype;
const counted = new WeakSet<object>();
Database.prototype.prepare = function (this: Database, ...args: Parameters<typeof prepare>) {
  const statement = prepare.apply(this, args);
  if (args[0] === 'COMMIT' && !counted.has(statement)) {
    counted.add(statement);
    const run = statement.run.bind(statement);
    statement.run = (params) => {
      counts.commits++;
      return run(params);
    };
  }
  return statement;
} as typeof prepare;

process.on('SIGUSR2', () => {
  writeFileSync(`${COUNTS_FILE}.new`, JSON.stringify(counts));
  renameSync(`${COUNTS_FILE}.new`, COUNTS_FILE);
});
