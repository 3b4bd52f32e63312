import { MAX_FRAME_BYTES } from '@sotto/protocol';
import { type Finding, MIB, mib } from '../finding.ts';
import { startNetwork } from '../nodes/network.ts';
import { runProcess } from '../nodes/run-node.ts';
import { rssOf } from '../processes.ts';
import { startRelayProcess } from '../relay/start.ts';
import { LOCAL_CASES, PAGE_HTTP_CASES, PAGE_SOCKET_CASES } from './app-cases.ts';
import { startApp } from './app-process.ts';
import { type AttackCase, type Attacked, attack } from './attack-case.ts';
import { HANDSHAKE_CASES, httpCases } from './http-cases.ts';
import { NODE_CASES } from './node-cases.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';
import { sendCases, upgradeText, WEB_SOCKET_CASES } from './web-socket-cases.ts';

/** What all of them together may leave in a server's memory. */
const GROWTH = 128 * MIB;
/** The longest body that a node reads. */
const MAX_NODE_BODY = 11 * MIB;
const PATIENCE = 5_000;

export async function attackRelay(longest: number): Promise<readonly Finding[]> {
  const relay = await startRelayProcess('127.79.0.1', 1);
  const place = { host: relay.host, port: relay.port, tls: true };
  const [account] = relay.accounts;
  const cases = [
    ...WEB_SOCKET_CASES,
    ...(account === undefined ? [] : sendCases(account)),
    ...httpCases({ path: '/v2/keys', most: MAX_FRAME_BYTES }),
    ...HANDSHAKE_CASES,
  ];
  try {
    return [
      ...(await attackAll('relay', { place, pid: relay.pid, cases, longest })),
      await compressionIsOff(place),
    ];
  } finally {
    relay.close();
  }
}

export async function attackNode(longest: number): Promise<readonly Finding[]> {
  const network = await startNetwork([1], runProcess);
  const [node] = network.swarms[0] ?? [];
  if (node?.pid === undefined) throw new Error('no node');
  const place = { host: node.listed.ip, port: node.listed.httpsPort, tls: true };
  const cases = [
    ...NODE_CASES,
    ...httpCases({ path: '/storage_rpc/v1', most: MAX_NODE_BODY }),
    ...HANDSHAKE_CASES,
  ];
  try {
    return await attackAll('node', { place, pid: node.pid, cases, longest });
  } finally {
    await network.close();
  }
}

/** The page's port and the local API's socket of `sotto app`. */
export async function attackApp(longest: number): Promise<readonly Finding[]> {
  const app = await startApp();
  const [host = '', port] = app.authority.split(':');
  const place = { host, port: Number(port), tls: false };
  try {
    const page = [...PAGE_SOCKET_CASES, ...PAGE_HTTP_CASES];
    return [
      ...(await attackAll('app', { place, pid: app.pid, cases: page, longest })),
      ...(await attackAll('app', { place, pid: app.pid, cases: LOCAL_CASES, longest, path: app.socket })),
    ];
  } finally {
    app.close();
  }
}

interface Attack {
  readonly place: RawPlace;
  readonly pid: number;
  readonly cases: readonly AttackCase[];
  /** Of a Unix socket that is attacked, beside the place where others are answered. */
  readonly path?: string;
  /** Milliseconds in which each must have ended. */
  readonly longest: number;
}

/** One after the other, those that wait for a time-out together; and somebody else is answered after each. */
async function attackAll(
  server: string,
  { place, pid, cases, longest, path }: Attack,
): Promise<readonly Finding[]> {
  const before = rssOf(pid);
  const attacks = path === undefined ? place : { ...place, path };
  const attacked: Attacked[] = [];
  let unanswered = 0;
  for (const each of cases.filter(({ slow }) => slow === undefined)) {
    attacked.push(await attack(each, attacks, longest));
    if (!(await answers(place))) unanswered++;
  }
  attacked.push(
    ...(await Promise.all(cases.filter(({ slow }) => slow).map((each) => attack(each, attacks, longest)))),
  );
  const growth = rssOf(pid) - before;
  return [
    ...attacked.map(({ name, said, after, good }): Finding => {
      const bound = `words or an end, ≤ ${longest / 1000} s`;
      return {
        about: server,
        what: name,
        measured: `${said} after ${(after / 1000).toFixed(1)} s`,
        bound,
        good,
      };
    }),
    {
      about: server,
      what: 'others not answered after one',
      measured: `${unanswered}`,
      bound: 'none',
      good: unanswered === 0,
    },
    {
      about: server,
      what: 'memory after all of them',
      measured: `+${mib(growth)}`,
      bound: `+${mib(GROWTH)}`,
      good: growth <= GROWTH,
    },
  ];
}

async function answers(place: RawPlace): Promise<boolean> {
  const connection = new RawConnection(place);
  await connection.ready;
  connection.write(`GET /nothing HTTP/1.1\r\nHost: ${place.host}:${place.port}\r\n\r\n`);
  const said = await connection.answered(PATIENCE);
  connection.socket.destroy();
  return said === '404';
}

/** A server that inflates what it is sent has a bomb of its own. */
async function compressionIsOff(place: RawPlace): Promise<Finding> {
  const connection = new RawConnection(place);
  await connection.ready;
  connection.write(upgradeText(place, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'));
  await connection.answered(PATIENCE);
  const taken = /permessage-deflate/i.test(connection.head);
  connection.socket.destroy();
  const measured = taken ? 'taken' : 'not taken';
  return { about: 'relay', what: 'compression that is offered', measured, bound: 'not taken', good: !taken };
}
