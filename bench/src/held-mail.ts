/** Mail that waits for somebody who is away, oldest first. */
export class HeldMail {
  away = false;
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();

  add(account: string, handOver: () => Promise<void>): void {
    const mail = this.#waiting.get(account) ?? [];
    mail.push(handOver);
    this.#waiting.set(account, mail);
  }

  count(account: string): number {
    return this.#waiting.get(account)?.length ?? 0;
  }

  /** Hand over so many, a few of them at once. Resolves when each is committed. */
  async handOver(account: string, count: number, atOnce: number): Promise<void> {
    const mail = this.#waiting.get(account)?.splice(0, count) ?? [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < mail.length) await mail[next++]?.();
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
}
