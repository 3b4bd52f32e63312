import type { Parser, Target } from '../target.ts';
import { Corpus } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { HeldMemory } from './held-memory.ts';
import { confirmSlow, judge, SLOWEST, type Verdict } from './judge.ts';
import { minimise } from './minimise.ts';
import { Random } from './random.ts';

export interface Finding {
  readonly target: string;
  readonly why: NonNullable<Verdict['why']>;
  readonly what: string;
  /** Minimised, base64. */
  readonly input: string;
  readonly seed: string;
  /** Which input of the run it was. */
  readonly index: number;
}

export interface Progress {
  readonly inputs: number;
  readonly taken: number;
  readonly findings: number;
}

export interface RunResult extends Progress {
  readonly target: string;
  readonly seconds: number;
  /** Of one input, milliseconds. */
  readonly slowest: number;
  readonly found: readonly Finding[];
  /** Places of our code that were reached; 0 when nobody counted. */
  readonly blocks: number;
  readonly corpus: number;
}

export interface RunRequest {
  readonly seed: string;
  readonly inputs: number;
  /** Ends early after so many milliseconds; opening the target is not counted. */
  readonly milliseconds?: number;
  /** One input may take so long, milliseconds; more than the limit where others use the processors too. */
  readonly slowest?: number;
  /** Keep what reaches a new place. */
  readonly guided: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Told before a batch is read, so that whoever looks on knows it when this process ends or hangs. */
  readonly onBatch?: (first: number, batch: readonly Uint8Array[]) => void;
}

/** Looks at coverage to find the inputs of one batch; at the beginning nearly every one is new. */
const MOST_LOOKS = 64;
/**
 * Inputs between two looks at coverage at most. Whatever is new costs as many inputs again, two or three times,
 * until it is known which one led there; a look costs as much as a few inputs of a slow target.
 */
const MOST_UNSEEN = { fast: 16_384, slow: 1_024 };
/** Inputs between two looks at clock and memory, and at coverage at first. */
const BATCH = 256;
/** Of the stack of an error, for whoever looks for it. */
const PLACES = 10;
/** A defect met over and over is told so many times; one of each kind is enough to mend it. */
const MOST_FINDINGS = 20;

/** Open a target and give it inputs until the number or the time is reached. */
export async function runTarget(target: Target, request: RunRequest): Promise<RunResult> {
  const parser = await target.open();
  // Most inputs are refused by an error, and where each was thrown costs more than to find out that it must be.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await new Run(target, parser, request).go();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    await parser.close?.();
  }
}

class Run {
  readonly #target: Target;
  readonly #parser: Parser;
  readonly #request: RunRequest;
  readonly #corpus: Corpus;
  readonly #found: Finding[] = [];
  /** Kinds of findings that were told: the same defect by another input is no news. */
  readonly #told = new Set<string>();
  #inputs = 0;
  #taken = 0;
  #findings = 0;
  #slowest = 0;
  /** Given since coverage was last asked. */
  #unseen: Uint8Array[] = [];
  #lookAt = BATCH;

  constructor(target: Target, parser: Parser, request: RunRequest) {
    this.#target = target;
    this.#parser = parser;
    this.#request = request;
    this.#corpus = new Corpus(target, parser, new Random(`${request.seed} ${target.name}`));
  }

  async go(): Promise<RunResult> {
    const { inputs, milliseconds = Number.POSITIVE_INFINITY, guided, onProgress, onBatch } = this.#request;
    const coverage = guided ? new Coverage() : undefined;
    const memory = new HeldMemory(this.#target.holds);
    const started = performance.now();
    while (
      this.#inputs < inputs &&
      performance.now() - started < milliseconds &&
      this.#found.length < MOST_FINDINGS
    ) {
      const size = Math.min(BATCH, inputs - this.#inputs);
      const first = this.#inputs;
      const batch = Array.from({ length: size }, (_, index) => this.#corpus.next(first + index));
      onBatch?.(first, batch);
      for (const input of batch) await this.#give(input);
      if (coverage !== undefined) await this.#look(coverage, batch);
      await memory.look(this.#inputs);
      onProgress?.(this.#progress());
    }
    const grown = memory.verdict();
    if (grown !== undefined)
      this.#tell({ read: 'found', took: 0, why: 'memory', what: grown }, new Uint8Array(0));
    const blocks = coverage?.blocks ?? 0;
    coverage?.close();
    return {
      ...this.#progress(),
      target: this.#target.name,
      seconds: (performance.now() - started) / 1000,
      slowest: this.#slowest,
      found: this.#found,
      blocks,
      corpus: this.#corpus.size,
    };
  }

  async #give(input: Uint8Array): Promise<void> {
    // Awaited only where there is something to wait for: a turn of the loop costs as much as a parser.
    const judged = judge(this.#target, this.#parser, input);
    let verdict = judged instanceof Promise ? await judged : judged;
    const { slowest = SLOWEST } = this.#request;
    if (verdict.took > slowest)
      verdict = await confirmSlow(this.#target, this.#parser, input, { first: verdict, slowest });
    this.#inputs += 1;
    if (verdict.read === 'taken') this.#taken += 1;
    if (verdict.took > this.#slowest) this.#slowest = verdict.took;
    if (verdict.read === 'found') await this.#noteFound(input, verdict);
  }

  async #noteFound(input: Uint8Array, verdict: Verdict): Promise<void> {
    this.#findings += 1;
    const placed = await this.#withPlaces(input, verdict);
    if (this.#told.has(kindOf(placed))) return;
    this.#told.add(kindOf(placed));
    this.#tell(placed, await minimise(this.#target, this.#parser, input, placed));
  }

  /** Once more with the places of the stack; what does not come a second time is told without them. */
  async #withPlaces(input: Uint8Array, verdict: Verdict): Promise<Verdict> {
    if (verdict.why !== 'error' && verdict.why !== 'not-canonical') return verdict;
    Error.stackTraceLimit = PLACES;
    const again = await judge(this.#target, this.#parser, input);
    Error.stackTraceLimit = 0;
    return again.why === undefined ? verdict : again;
  }

  #tell({ why = 'error', what = '' }: Verdict, input: Uint8Array): void {
    const { seed } = this.#request;
    const text = Buffer.from(input).toString('base64');
    this.#found.push({ target: this.#target.name, why, what, input: text, seed, index: this.#inputs - 1 });
  }

  /** Asking costs as much as many inputs, so it is asked more seldom as long as nothing new comes. */
  async #look(coverage: Coverage, batch: readonly Uint8Array[]): Promise<void> {
    this.#unseen.push(...batch);
    if (this.#unseen.length < this.#lookAt) return;
    const given = this.#unseen;
    this.#unseen = [];
    const fresh = coverage.take();
    const most = MOST_UNSEEN[this.#target.slow ? 'slow' : 'fast'];
    this.#lookAt = fresh.size > 0 ? BATCH : Math.min(2 * this.#lookAt, most);
    if (fresh.size > 0) await this.#keepNew(coverage, fresh, given);
  }

  /** Keep those that reached a new place: the heap is halved until they stand alone. */
  async #keepNew(
    coverage: Coverage,
    fresh: ReadonlySet<string>,
    batch: readonly Uint8Array[],
  ): Promise<void> {
    const open: (readonly Uint8Array[])[] = [batch];
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const part = open.pop();
      if (part === undefined) return;
      for (const [index, input] of part.entries()) {
        await judge(this.#target, this.#parser, input);
        // What has been unseen for long is thousands of inputs, which a slow target takes minutes for.
        if (index % BATCH === 0) this.#request.onProgress?.(this.#progress());
      }
      if (!coverage.reaches(fresh)) continue;
      if (part.length === 1) this.#corpus.keep(part[0] as Uint8Array);
      else open.push(part.slice(part.length / 2), part.slice(0, part.length / 2));
    }
  }

  #progress(): Progress {
    return { inputs: this.#inputs, taken: this.#taken, findings: this.#findings };
  }
}

/** Where it was thrown says what the defect is; words and numbers in it are of the input. */
function kindOf({ why, what = '' }: Verdict): string {
  const place = what.split('\n')[1];
  return `${why} ${place ?? what.replace(/\d+/g, '0').slice(0, 60)}`;
}
