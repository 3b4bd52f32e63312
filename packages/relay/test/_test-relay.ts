import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as libsignal from '@signalapp/libsignal-client';
import { asBytes, type Bytes, fromBase64 } from '@sotto/bytes';
import { randomBytes, solveWork } from '@sotto/crypto';
import type { WorkPurpose } from '@sotto/protocol';
import { afterAll } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import type { RelayOptions } from '../src/relay-options.ts';
import { type RunningRelay, startRelay } from '../src/start-relay.ts';

type HttpVersion = 1 | 2;
let httpVersion: HttpVersion = 1;

/**
 * Which version of HTTP clients speak in this test file: ours, and Signal's own client stack, whose typed calls are
 * gRPC by the second.
 */
export function speakHttp(version: HttpVersion): void {
  httpVersion = version;
  afterAll(() => {
    httpVersion = 1;
  });
}

export function spokenHttp(): HttpVersion {
  return httpVersion;
}

/** A relay of its own in a folder of its own, on a free port of loopback. */
export interface TestRelay {
  readonly data: string;
  readonly port: number;
  readonly relay: RunningRelay;
  /** Signal's own client stack, whose one trust anchor is this relay's root. */
  net(): libsignal.Net.Net;
  presentation(): Promise<Bytes>;
  work(purpose: WorkPurpose, target?: Bytes, now?: number): Promise<string>;
  /** Stop it and start it again on the same data and port. */
  restart(): Promise<TestRelay>;
  dispose(): Promise<void>;
}

/** Found in milliseconds, and wrong work passes by chance once in four thousand runs. */
const WORK_BITS = { ticket: 12, keys: 12, request: 12, lookup: 12, challenge: 12, upload: 12 };

export async function createTestRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
  return open(options.data ?? mkdtempSync(join(tmpdir(), 'sotto-relay-')), 0, options);
}

async function open(data: string, listenPort: number, options: Partial<RelayOptions>): Promise<TestRelay> {
  const relay = await startRelay({
    data,
    listen: { host: '127.0.0.1', port: listenPort },
    registration: 'open',
    workBits: WORK_BITS,
    ...options,
  });
  const port = Number(new URL(relay.url).port);
  return {
    data,
    port,
    relay,
    net: () =>
      new libsignal.Net.Net({
        localTestServer: true,
        userAgent: 'sotto-test',
        TESTING_localServer_chatPort: port,
        // No such services are here, and that is what it has to be told.
        TESTING_localServer_cdsiPort: port,
        TESTING_localServer_svr2Port: port,
        TESTING_localServer_svrBPort: port,
        TESTING_localServer_rootCertificateDer: asBytes(readFileSync(join(data, 'tls', 'root.der'))),
        TESTING_localServer_httpVersion: httpVersion,
      }),
    presentation: async () => {
      const { database } = options;
      const made = await createInvite({
        data,
        presentation: true,
        ...(database !== undefined && { database }),
      });
      return fromBase64(made.receiptCredentialPresentation ?? '');
    },
    work: (purpose, target = new Uint8Array(0), now = Date.now()) =>
      solveWork({ purpose, target, bits: WORK_BITS[purpose], now, random: randomBytes }),
    restart: async () => {
      await relay.close();
      return open(data, port, options);
    },
    dispose: async () => {
      await relay.close();
      rmSync(data, { recursive: true });
    },
  };
}

/** Wait for a condition, looking often, with a deadline. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 10_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
