/** How long nothing may move before it counts as nobody there. */
export const IDLE_MS = 120_000;

/**
 * Whether somebody looks at the page: gone with the focus, the window or two quiet minutes, and back only
 * with a sign of a person in a window that is seen and has the focus. Reads no clock.
 */
export class Presence {
  #focused = true;
  #visible = true;
  #signAt: number;
  #away = false;

  constructor(now: number) {
    this.#signAt = now;
  }

  get away(): boolean {
    return this.#away;
  }

  /** When it should be looked at again; undefined while nobody is there anyway. */
  get idleAt(): number | undefined {
    return this.#away ? undefined : this.#signAt + IDLE_MS;
  }

  /** The window got or lost the focus, or is shown or hidden. */
  look({ focused, visible }: { readonly focused: boolean; readonly visible: boolean }): void {
    this.#focused = focused;
    this.#visible = visible;
    if (!focused || !visible) this.#away = true;
  }

  /** A key, a press or a movement. */
  sign(now: number): void {
    this.#signAt = now;
    if (this.#focused && this.#visible) this.#away = false;
  }

  /** Time has passed. */
  pass(now: number): void {
    if (now - this.#signAt >= IDLE_MS) this.#away = true;
  }
}
