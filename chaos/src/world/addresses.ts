import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Where everybody dials, and where servers listen behind the proxy. */
const NODE_PORTS = { front: 22_021, back: 22_022 };
const RELAY_PORTS = { front: 8443, back: 8444 };
/** Nodes count from 1 upwards, clients of a network on one machine dial from 210 on. */
const RELAY_NUMBER = 200;
const MOST_TRIES = 50;

export interface Addresses {
  /** Everything of a world has an address `127.<block>.x.y`. */
  readonly block: number;
}

/** A block of loopback addresses where nobody listens. No part of a seed: two runs of one may go on at once. */
export async function freeBlock(): Promise<Addresses> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const addresses = { block: randomInt(1, 255) };
    const { front } = nodePlaces(addresses, 0);
    if ((await isFree(front)) && (await isFree(relayPlaces(addresses).front))) return addresses;
  }
  throw new Error('no block of loopback addresses is free: end other worlds');
}

export function nodePlaces({ block }: Addresses, number: number) {
  const host = `127.${block}.${number + 1}.1`;
  return { front: { host, port: NODE_PORTS.front }, back: { host, port: NODE_PORTS.back } };
}

export function relayPlaces({ block }: Addresses) {
  const host = `127.${block}.${RELAY_NUMBER}.1`;
  return { front: { host, port: RELAY_PORTS.front }, back: { host, port: RELAY_PORTS.back } };
}

function isFree(place: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ ...place, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
