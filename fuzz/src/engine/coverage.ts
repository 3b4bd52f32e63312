import { Session } from 'node:inspector';

/** Only our own compiled code counts: what the libraries below do is theirs. */
const OURS = /\/(?:packages|apps)\/[^/]+\/(?:dist|src)\/|\/fuzz\/(?:dist|src)\/planted\./;

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** V8's own block counts: which places of our code a batch of inputs has reached for the first time. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.take();
  }

  /** The blocks reached since the last call that had never been reached before. */
  take(): ReadonlySet<string> {
    const fresh = new Set<string>();
    for (const block of this.#reached()) if (!this.#seen.has(block)) fresh.add(block);
    for (const block of fresh) this.#seen.add(block);
    return fresh;
  }

  /** Whether any of these blocks was reached since the last call. */
  reaches(blocks: ReadonlySet<string>): boolean {
    let any = false;
    for (const block of this.#reached()) any ||= blocks.has(block);
    return any;
  }

  get blocks(): number {
    return this.#seen.size;
  }

  close(): void {
    this.#post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  *#reached(): Generator<string> {
    const { result } = this.#post('Profiler.takePreciseCoverage') as { result: readonly Script[] };
    for (const { url, scriptId, functions } of result) {
      if (!OURS.test(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) yield `${scriptId}:${startOffset}:${endOffset}`;
        }
      }
    }
  }

  /** The inspector of one's own thread answers within the call. */
  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, params, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}
