import { DatabaseError } from '../errors.ts';
import { Connection } from './connection.ts';
import type { PostgresTarget } from './postgres-url.ts';

/** Callers that wait for a connection; one more is refused, so that a slow server does not become a full memory. */
const MOST_WAITING = 5_000;

interface Waiting {
  readonly take: (connection: Connection) => void;
  readonly refuse: (error: DatabaseError) => void;
  readonly timer: NodeJS.Timeout;
}

/** At most so many connections, each lent to one caller at a time, in the order in which they ask. */
export class Connections {
  readonly #target: PostgresTarget;
  readonly #most: number;
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiting>();
  #lent = 0;

  constructor(target: PostgresTarget, most: number) {
    this.#target = target;
    this.#most = most;
  }

  /** Rejects with DatabaseError `overloaded` when it takes longer than until the deadline. */
  take(deadline: number): Promise<Connection> {
    if (this.#lent < this.#most) return Promise.resolve(this.#lend());
    if (this.#waiting.size >= MOST_WAITING) return Promise.reject(overloaded());
    return new Promise((take, refuse) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        refuse(overloaded());
      }, deadline - performance.now());
      const waiting = { take, refuse, timer };
      this.#waiting.add(waiting);
    });
  }

  give(connection: Connection): void {
    this.#lent--;
    if (connection.isUsable) this.#idle.push(connection);
    else void connection.close();
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.take(this.#lend());
  }

  /** Close those that nobody has. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  /** The one that was used last, so that a quiet server has few. */
  #lend(): Connection {
    this.#lent++;
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return new Connection(this.#target);
      if (connection.isUsable) return connection;
      void connection.close();
    }
  }
}

const overloaded = (): DatabaseError => new DatabaseError('overloaded', 'too many calls are waiting');
