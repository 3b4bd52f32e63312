import type { Bytes } from './bytes.ts';

/**
 * Bytes that must not end up in a log, an error or a JSON reply by accident.
 * Printing, inspecting or serialising one shows only that there is a secret; `expose` is the
 * one word to search for in a review.
 */
export class Secret<Value extends Bytes = Bytes> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  expose(): Value {
    return this.#value;
  }

  toString(): string {
    return '‹secret›';
  }

  toJSON(): string {
    return '‹secret›';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '‹secret›';
  }
}
