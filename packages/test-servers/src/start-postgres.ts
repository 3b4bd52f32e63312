import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canRun } from './can-run.ts';
import { freePort } from './free-port.ts';
import { programOf } from './install-package.ts';
import { type RunsAs, ThrowAway } from './throw-away.ts';

/** Debian keeps the programs of each version here, and off the path. */
const VERSIONS = '/usr/lib/postgresql';
const USER = 'sotto';
/** After a kill the server's children take a moment to go, and until then another one does not start. */
const START_TRIES = 100;

export interface PostgresOptions {
  /** On a port of loopback, where there can be TLS, instead of a socket in the folder. */
  readonly loopback?: boolean;
  /** Lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files beside it, such as a certificate and its key. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of this test's own: it syncs what it commits, and asks for its password. */
export interface PostgresServer {
  /** Of the database that the server was made with. */
  readonly url: string;
  readonly password: string;
  /** The URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** The URL of a new database with all that another one has, by `pg_dump` and `pg_restore`. */
  copyDatabase(url: string): Promise<string>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Once more, with the same data and the same URL. */
  start(): Promise<void>;
  /** End it and remove all of it. */
  stop(): Promise<void>;
}

/** Start PostgreSQL in a folder of its own; Debian's `postgresql` is installed where that is allowed. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = programOf('postgresql', findPrograms);
  const runsAs = otherThanRoot();
  const home = new ThrowAway({ name: 'sotto-postgres', runsAs, endSignal: 'QUIT' });
  try {
    const server = new Server(programs, home, options.loopback === true ? await freePort() : undefined);
    await server.initialize(options, runsAs);
    await server.start();
    return server;
  } catch (error) {
    await home.stop();
    throw error;
  }
}

class Server implements PostgresServer {
  readonly password = randomBytes(12).toString('hex');
  readonly #programs: string;
  readonly #home: ThrowAway;
  readonly #port: number | undefined;
  #databases = 0;

  constructor(programs: string, home: ThrowAway, port: number | undefined) {
    this.#programs = programs;
    this.#home = home;
    this.#port = port;
  }

  get url(): string {
    return this.#urlOf('postgres');
  }

  get #data(): string {
    return join(this.#home.folder, 'data');
  }

  async initialize({ settings, files = {} }: PostgresOptions, runsAs: RunsAs | undefined): Promise<void> {
    const write = (path: string, text: string): void => {
      writeFileSync(path, text, { mode: 0o600 });
      if (runsAs !== undefined) chownSync(path, runsAs.uid, runsAs.gid);
    };
    const passwordFile = join(this.#home.folder, 'password');
    write(passwordFile, this.password);
    await this.#home.run(join(this.#programs, 'initdb'), [
      ...['-D', this.#data, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--no-sync'],
    ]);
    for (const [name, text] of Object.entries(files)) write(join(this.#data, name), text);
    const all = {
      listen_addresses: this.#port === undefined ? '' : '127.0.0.1',
      ...(this.#port === undefined ? {} : { port: String(this.#port) }),
      unix_socket_directories: this.#home.folder,
      max_connections: '80',
      shared_buffers: '32MB',
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
    write(join(this.#data, 'postgresql.auto.conf'), lines.join(''));
  }

  async start(): Promise<void> {
    for (let tries = 0; tries < START_TRIES; tries++) {
      const program = join(this.#programs, 'postgres');
      if (await this.#home.start(program, ['-D', this.#data], () => this.#isReady())) return;
      await delay(50);
    }
    throw new Error(`PostgreSQL does not start: ${this.#home.log()}`);
  }

  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    const host = this.#home.folder;
    const port = this.#port === undefined ? [] : ['-p', String(this.#port)];
    await this.#home.run(join(this.#programs, 'createdb'), ['-h', host, ...port, '-U', USER, name], {
      PGPASSWORD: this.password,
    });
    return this.#urlOf(name);
  }

  async copyDatabase(url: string): Promise<string> {
    const copy = await this.createDatabase();
    const file = join(this.#home.folder, `${this.#databases}.dump`);
    await this.#home.run(join(this.#programs, 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
    await this.#home.run(join(this.#programs, 'pg_restore'), [`--dbname=${copy}`, file]);
    return copy;
  }

  kill(): Promise<void> {
    return this.#home.kill();
  }

  stop(): Promise<void> {
    return this.#home.stop();
  }

  #urlOf(database: string): string {
    const who = `${USER}:${this.password}`;
    return this.#port === undefined
      ? `postgres://${who}@localhost/${database}?host=${encodeURIComponent(this.#home.folder)}`
      : `postgres://${who}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Its own file says so: the process ID in the first line, the state in the last. */
  #isReady(): boolean {
    try {
      const lines = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').trimEnd().split('\n');
      return lines[0] === String(this.#home.pid) && lines.at(-1)?.trim() === 'ready';
    } catch {
      return false;
    }
  }
}

/** The folder of the newest version's programs. */
function findPrograms(): string | undefined {
  const debian = namesIn(VERSIONS)
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(VERSIONS, version, 'bin'));
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  return [...debian, ...onPath].find((folder) =>
    ['initdb', 'postgres', 'createdb'].every((name) => canRun(join(folder, name))),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to run as root; Debian's package has made a user for it. */
function otherThanRoot(): RunsAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
