import { type Bytes, BytesError, fromHex, toHex } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { type EncryptionType, ONION_TEXT } from './constants.ts';

/**
 * The JSON beside a layer's blob (reference: session-protocol §2.1; `t`, `pad` and `wrap` are ours and
 * ignored by others: docs/spec/onion.md). By hand, because which member decides and what is said of a
 * wrong one is the protocol's. Unknown members are ignored.
 */

/** How the blob of a frame is opened. */
export interface LayerKeysJson {
  /** X25519, 32 bytes. */
  readonly ephemeralKey: Bytes;
  readonly encryption: EncryptionType;
}

/** Outside of everything: for the guard. */
export interface OuterLayer extends LayerKeysJson {
  /** What a client begins to count with, so that hops cannot tell their place. */
  readonly hopNumber: number;
}

export type InnerLayer =
  /** This node is meant; the blob is the text of a storage RPC. */
  | {
      readonly kind: 'destination';
      readonly minute?: number;
      /** A JSON reply goes into the answer as JSON, not as its text. */
      readonly json: boolean;
      /** The sealed answer goes back as base64. */
      readonly base64: boolean;
      /** The answer is filled to one of a few sizes. */
      readonly pad: boolean;
    }
  /** A server is meant; it is sent the whole layer. */
  | {
      readonly kind: 'server';
      readonly minute?: number;
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly target: string;
      /** The answer is sealed once more on its way back. */
      readonly wrap: boolean;
    }
  /** The blob is the next node's. */
  | (LayerKeysJson & {
      readonly kind: 'relay';
      readonly minute?: number;
      /** Ed25519, 32 bytes. */
      readonly next: Bytes;
      readonly wrap: boolean;
    });

const ENCRYPTION: Readonly<Record<string, EncryptionType>> = {
  'aes-gcm': 'aes-gcm',
  gcm: 'aes-gcm',
  xchacha20: 'xchacha20',
  'xchacha20-poly1305': 'xchacha20',
};

/** `/loki/` or `/oxen/` in front, `/lsrpc` at the end, and nothing between that a URL could take otherwise. */
const TARGET = /^\/(loki|oxen)\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*lsrpc$/;
/** A name, an IPv4 address, or an IPv6 address in brackets; never user, port or path. */
const HOST = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])$/;
const MAX_TARGET = 256;

/** The outer JSON. Throws ProtocolError `bad-body`; its message is the body of the guard's 400. */
export function parseOuterLayer(value: unknown): OuterLayer {
  const json = objectOr(value, `${ONION_TEXT.cannotParse}not an object`);
  const keys = readKeys(json, (what) => new ProtocolError('bad-body', `${ONION_TEXT.cannotParse}${what}`));
  const hop = json['hop_no'] ?? 0;
  if (typeof hop !== 'number') throw new ProtocolError('bad-body', `${ONION_TEXT.cannotParse}hop_no`);
  return { ...keys, hopNumber: Math.min(Math.max(0, Math.trunc(hop)), MAX_HOP_CLAIM) };
}

/** Far beyond what any path allows, and still a number that can be counted up. */
const MAX_HOP_CLAIM = 0x7fff_ffff;

export function formatOuterLayer({ ephemeralKey, encryption, hopNumber }: OuterLayer): object {
  const keys = { ephemeral_key: toHex(ephemeralKey), enc_type: encryption };
  return hopNumber === 0 ? keys : { ...keys, hop_no: hopNumber };
}

/**
 * The JSON of an opened layer. Throws ProtocolError `bad-body`; its message, `Invalid json` or
 * `Invalid url`, goes back sealed.
 */
export function parseInnerLayer(value: unknown): InnerLayer {
  const json = objectOr(value, ONION_TEXT.invalidJson);
  const minute = json['t'];
  if (minute !== undefined && !isMinute(minute)) throw invalidJson();
  const age = minute === undefined ? {} : { minute };
  if (Object.hasOwn(json, 'headers')) {
    const [asJson, base64, pad] = [
      flag(json, 'json', false),
      flag(json, 'base64', true),
      flag(json, 'pad', false),
    ];
    return { kind: 'destination', ...age, json: asJson, base64, pad };
  }
  const wrap = flag(json, 'wrap', false);
  if (Object.hasOwn(json, 'host')) return { kind: 'server', ...age, ...readServer(json), wrap };
  const next = keyOf(json, 'destination');
  if (next === undefined) throw invalidJson();
  return { kind: 'relay', ...age, next, ...readKeys(json, invalidJson), wrap };
}

/** A layer's JSON as every node of the network reads it; what is default is left out. */
export function formatInnerLayer(layer: InnerLayer): object {
  const age = layer.minute === undefined ? {} : { t: layer.minute };
  switch (layer.kind) {
    case 'destination':
      return {
        headers: '',
        ...(layer.json ? { json: true } : {}),
        ...(layer.base64 ? {} : { base64: false }),
        ...(layer.pad ? { pad: true } : {}),
        ...age,
      };
    case 'server': {
      const { protocol, host, port, target } = layer;
      const wrap = layer.wrap ? { wrap: true } : {};
      return { host, port, protocol, target, method: 'POST', ...wrap, ...age };
    }
    case 'relay':
      return {
        destination: toHex(layer.next),
        ephemeral_key: toHex(layer.ephemeralKey),
        enc_type: layer.encryption,
        ...(layer.wrap ? { wrap: true } : {}),
        ...age,
      };
  }
}

function readServer(json: Record<string, unknown>) {
  const { host, target, port = 443, protocol = 'https' } = json;
  if (typeof host !== 'string' || typeof target !== 'string') throw invalidJson();
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 0xffff) throw invalidJson();
  if (typeof protocol !== 'string') throw invalidJson();
  const known = protocol === 'http' || protocol === 'https';
  const sound = port !== 0 && target.length <= MAX_TARGET && TARGET.test(target) && HOST.test(host);
  if (!known || !sound) throw new ProtocolError('bad-body', ONION_TEXT.invalidUrl);
  return { protocol, host, port: port as number, target } as const;
}

function readKeys(json: Record<string, unknown>, refuse: (what: string) => ProtocolError): LayerKeysJson {
  const ephemeralKey = keyOf(json, 'ephemeral_key');
  if (ephemeralKey === undefined) throw refuse('ephemeral_key');
  const name = json['enc_type'] === undefined ? 'aes-gcm' : json['enc_type'];
  const known = typeof name === 'string' && Object.hasOwn(ENCRYPTION, name) ? ENCRYPTION[name] : undefined;
  if (known === undefined) throw refuse('enc_type');
  return { ephemeralKey, encryption: known };
}

/** 32 bytes in hexadecimal. */
function keyOf(json: Record<string, unknown>, field: string): Bytes | undefined {
  const text = json[field];
  if (typeof text !== 'string' || text.length !== 64) return undefined;
  try {
    return fromHex(text);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function flag(json: Record<string, unknown>, field: string, otherwise: boolean): boolean {
  const value = json[field];
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw invalidJson();
  return value;
}

function isMinute(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function objectOr(value: unknown, refusal: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ProtocolError('bad-body', refusal);
}

function invalidJson(): ProtocolError {
  return new ProtocolError('bad-body', ONION_TEXT.invalidJson);
}
