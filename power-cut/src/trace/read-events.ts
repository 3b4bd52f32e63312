import type { DiskEvent } from '../disk/events.ts';
import { isForgotten } from '../disk/trees.ts';
import { bytesOf, HARMLESS, modelOf, WRITES } from './modelled-calls.ts';
import { type Call, readCalls } from './read-calls.ts';
import { descriptorOf, fromStrace, pathsOf, toStrace } from './strace-text.ts';
import { TracedFolder } from './traced-folder.ts';

export interface TraceRequest {
  /** Absolute path of the folder under test, which is empty at first. */
  readonly folder: string;
  /** The file to which the process writes what it begins and what was acknowledged. */
  readonly marks: string;
}

/**
 * The disk events of traces, one for each life of a process in the same folder. Strict: any call on the folder
 * that is neither harmless nor modelled ends the reading with an error.
 */
export class EventReader {
  readonly #folder: TracedFolder;
  readonly #marks: string;
  readonly #isWatched: (args: string) => boolean;
  /** Of marks, a line that has not ended yet. */
  #unfinished = '';

  constructor({ folder, marks }: TraceRequest) {
    this.#folder = new TracedFolder(folder);
    this.#marks = marks;
    const written = [toStrace(folder), toStrace(marks)];
    this.#isWatched = (args) => written.some((path) => args.includes(path));
  }

  get events(): readonly DiskEvent[] {
    return this.#folder.events;
  }

  /** One life; descriptors of the last are closed. */
  read(trace: string): void {
    this.#folder.closeAll();
    /** How many events there were when the nth call had returned. */
    const after: number[] = [];
    const before = this.events.length;
    for (const call of readCalls(trace)) {
      if (call.name.startsWith('io_uring'))
        throw new Error('the recorded process uses io_uring, past the trace');
      if (call.result >= 0 && this.#isWatched(call.args))
        this.#take(call, after[call.begunAfter - 1] ?? before);
      after.push(this.events.length);
    }
  }

  #take({ name, args, result }: Call, covers: number): void {
    const { path, number: descriptor } = descriptorOf(args) ?? { path: '', number: -1 };
    if (path === this.#marks && name === 'write') {
      this.#mark(bytesOf({ args, result }).toString());
      return;
    }
    if (HARMLESS.has(name)) return;
    const paths = WRITES.has(name) ? [] : pathsOf(args);
    const named = [path, ...paths, ...descriptorsIn(name, args)];
    if (named.some(isForgotten) || !named.some((each) => this.#folder.isInside(each))) return;
    const model = modelOf(name, args);
    if (model === undefined) {
      throw new Error(
        `the recorded process did something that the disk does not model: ${name}(${readable(args)})`,
      );
    }
    model(this.#folder, { args, result, descriptor, paths, covers });
  }

  /** Lines `begin 7` and `ack 7`. */
  #mark(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const [, kind, step] = /^(begin|ack) (\d+)$/.exec(line) ?? [];
      if (kind === undefined) throw new Error(`the recording has a mark that is none: ${line}`);
      this.#folder.events.push({ kind: kind as 'begin' | 'ack', step: Number(step) });
    }
  }
}

const DESCRIPTORS = /\d+<((?:\\x[0-9a-f]{2})+)>/g;

/** Files behind descriptors that do not come first: of a mapping, or of a call that nobody thought of. */
function descriptorsIn(name: string, args: string): readonly string[] {
  if (WRITES.has(name)) return [];
  return [...args.matchAll(DESCRIPTORS)].map(([, written = '']) => fromStrace(written).toString());
}

function readable(args: string): string {
  const text = args.replace(/(\\x[0-9a-f]{2})+/g, (written) => fromStrace(written).toString('latin1'));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
