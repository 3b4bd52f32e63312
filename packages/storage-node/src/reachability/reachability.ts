import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { TEST_PACE, type TestPace } from '../constants.ts';

/** What tests of one node have shown. All times in milliseconds. */
export interface TestRecord {
  readonly testedAt: number;
  /** When the first of the failures in a row was; `undefined` while it is reached. */
  readonly failingSince: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** Messages that it should hold, and did or did not, since this node started. */
  readonly held: number;
  readonly missing: number;
}

export interface ReachabilityOptions {
  readonly pace?: TestPace;
  now(): number;
  /** From 0 up to 1. */
  random(): number;
}

const UNTESTED: TestRecord = { testedAt: 0, failingSince: undefined, failures: 0, held: 0, missing: 0 };

/**
 * Whom to test when, and what came of it (reference: session-protocol §4.4). Knows one record for each listed
 * node and nothing of anybody else; opens no connection.
 */
export class Reachability {
  readonly #pace: TestPace;
  readonly #options: ReachabilityOptions;
  readonly #records = new Map<string, TestRecord>();
  readonly #underWay = new Set<string>();
  #nextAt: number;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
    this.#pace = options.pace ?? TEST_PACE;
    this.#nextAt = options.now() + this.#pause();
  }

  /** Whom to test now: perhaps one at random, and some of those that failed and have had their pause. */
  due(others: readonly DirectoryNode[]): readonly DirectoryNode[] {
    const now = this.#options.now();
    const idle = others.filter(({ ed25519 }) => !this.#underWay.has(toHex(ed25519)));
    const failing = idle.filter((node) => this.#isDueAgain(this.of(node), now));
    const due = failing.slice(0, this.#pace.failingAtOnce);
    if (now >= this.#nextAt) {
      this.#nextAt = now + this.#pause();
      const any = idle[Math.floor(this.#options.random() * idle.length)];
      if (any !== undefined && !due.includes(any)) due.push(any);
    }
    for (const { ed25519 } of due) this.#underWay.add(toHex(ed25519));
    return due;
  }

  /** The end of a test that `due` asked for. True when the node has just been found failing. */
  took(node: DirectoryNode, reached: boolean): boolean {
    const key = toHex(node.ed25519);
    this.#underWay.delete(key);
    const before = this.of(node);
    const testedAt = this.#options.now();
    const failures = reached ? 0 : before.failures + 1;
    const failingSince = reached ? undefined : (before.failingSince ?? testedAt);
    this.#records.set(key, { ...before, testedAt, failures, failingSince });
    return failures === 1;
  }

  /** What a member showed of a message that it should hold. */
  showed(node: DirectoryNode, holds: boolean): void {
    const before = this.of(node);
    const [held, missing] = [before.held + (holds ? 1 : 0), before.missing + (holds ? 0 : 1)];
    this.#records.set(toHex(node.ed25519), { ...before, held, missing });
  }

  of(node: Pick<DirectoryNode, 'ed25519'>): TestRecord {
    return this.#records.get(toHex(node.ed25519)) ?? UNTESTED;
  }

  /**
   * Those that nobody reached for so long that they should leave. None when more than half of the others fail: then it
   * is this node that is cut off.
   */
  unreachable(others: readonly DirectoryNode[]): readonly DirectoryNode[] {
    const now = this.#options.now();
    const failing = others.filter((node) => this.of(node).failures > 0);
    if (2 * failing.length > others.length) return [];
    return failing.filter((node) => now - (this.of(node).failingSince ?? now) >= this.#pace.unreachable);
  }

  /** Forget whoever is not listed any more. */
  keepOnly(others: readonly DirectoryNode[]): void {
    const listed = new Set(others.map(({ ed25519 }) => toHex(ed25519)));
    for (const key of this.#records.keys()) if (!listed.has(key)) this.#records.delete(key);
  }

  #isDueAgain({ failures, testedAt }: TestRecord, now: number): boolean {
    if (failures === 0) return false;
    return now - testedAt >= Math.min(this.#pace.longest, this.#pace.again * failures);
  }

  /** Normally distributed (Box and Muller), and never below nothing. */
  #pause(): number {
    const { random } = this.#options;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, this.#pace.every + this.#pace.deviation * normal);
  }
}
