import { utf8 } from '@sotto/bytes';
import type { Access, Collector, Delivery } from '@sotto/client';
import { type AccountId, accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';
import { formatJson, formatRelayInfo, type RelayInfo } from '@sotto/protocol';
import { createRelayRoad } from '../src/relay-road.ts';
import { around, createScriptedRelay, type Script, type ScriptedAnswer } from './scripted-relay.ts';

export const BOB: AccountId = accountIdFromBytes(new Uint8Array(33).fill(5));
export const BOB_ACI = formatAci(aciOf(BOB));
export const CONTACT: Access = { kind: 'contact', accessKey: new Uint8Array(16).fill(3), mailboxes: [] };
export const STRANGER: Access = { kind: 'stranger' };
export const INFO: RelayInfo = {
  registration: 'open',
  zkPublicParams: new Uint8Array(10),
  workBits: { ticket: 2, keys: 3, request: 4 },
  maxMessageBytes: 98_304,
  maxRecordBytes: 16_384,
};
export const info = (workBits = INFO.workBits): ScriptedAnswer => ({
  status: 200,
  body: formatJson(formatRelayInfo({ ...INFO, workBits })),
});

export function roadTo(script: Script) {
  const relay = createScriptedRelay(script);
  const { clock, surroundings } = around(relay);
  const road = createRelayRoad({ ...surroundings, receipts: { request: () => undefined } });
  return { relay, clock, road };
}

export const delivery = (access: Access): Delivery => ({
  to: BOB,
  access,
  relays: [],
  messages: [
    { device: 1, registrationId: 77, bytes: utf8('one') },
    { device: 2, registrationId: 78, bytes: utf8('two') },
  ],
  timestamp: 1_800_000_000_123,
  urgent: false,
});

export const silent: Collector = {
  envelope: async () => undefined,
  drained: () => undefined,
  connected: () => undefined,
  disconnected: () => undefined,
  stopped: () => undefined,
};
