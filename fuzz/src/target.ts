import type { Bytes } from '@sotto/bytes';

/** How inputs of a target look from outside; chooses who makes new ones out of old ones. */
export type Form =
  /** Nothing known: bits, numbers, pieces. */
  | 'bytes'
  /** UTF-8, lone surrogates written as three bytes each. */
  | 'text'
  | 'json'
  | 'protobuf'
  /** The network's frame: length, bytes, JSON. */
  | 'layer'
  | 'bencode'
  /** Words with a line end between them. */
  | 'words'
  /** A head of lines, an empty line, a body. */
  | 'http';

/** A class of errors, as `instanceof` knows it. */
export type ErrorClass = abstract new (...given: never[]) => Error;

/** What a target is once it is opened. */
export interface Parser {
  /** Valid inputs, made by our own encoders or taken from vectors. */
  readonly seeds: readonly Uint8Array[];
  /**
   * Read one input. Returns what became of it, for the sum at the end; throws or rejects when it is refused.
   * Anything thrown that is not of `refuses` is a finding, and so is a `Broken`.
   */
  read(input: Bytes): Read | Promise<Read>;
  close?(): Promise<void>;
}

/** `taken`: it was something. `refused`: it was said in words of ours that it is nothing. */
export type Read = 'taken' | 'refused';

/** One door of the tree that bytes from outside come through. */
export interface Target {
  readonly name: string;
  /** Source files whose reading code this reaches; a test holds them against all doors that there are. */
  readonly covers: readonly string[];
  readonly form: Form;
  /** What may be thrown, and nothing else. Empty where refusing is a value. */
  readonly refuses: readonly ErrorClass[];
  /** Texts that mean something at this door. */
  readonly words?: readonly string[];
  /** Longest input that is made; the default is `LONGEST`. */
  readonly longest?: number;
  /** A million inputs take most of an hour or more: real sockets or disks, arithmetic of public keys. */
  readonly slow?: true;
  /** How long this door may rightly hold what an input needed, milliseconds: what is held later than that is a leak. */
  readonly holds?: number;
  open(): Parser | Promise<Parser>;
}

/** Longest input unless a target says otherwise. Doors bound far above; time is better spent on shapes. */
export const LONGEST = 16 * 1024;

/** The door took something and then contradicted itself: not its one form, or not the same the second time. */
export class Broken extends Error {
  override readonly name = 'Broken';
}
