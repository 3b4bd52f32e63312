import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equalBytes, fromUtf8, toBase64Url, utf8 } from '@sotto/bytes';
import type { Clock, Collector, Enrolment, IncomingEnvelope, Road } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import {
  aciOf,
  createDeviceKey,
  createSeed,
  deriveAccount,
  firstRevision,
  parseInvite,
  parseRelayUrl,
  signRecord,
} from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import type { CurrentPreKeys, RatchetReader } from '@sotto/ratchet';
import { libsignalEngine, receiptCredentials } from '@sotto/ratchet-libsignal';
import { createInvite, type RunningRelay, startRelay } from '@sotto/relay';
import { createRelayRoad } from '@sotto/transport-relay';
import { afterEach, describe, expect, it } from 'vitest';
