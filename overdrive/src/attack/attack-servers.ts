import { setTimeout as pause } from 'node:timers/promises';
import { MAX_FRAME_BYTES, PATH, STATS_PATH } from '@sotto/protocol';
import { type Finding, MIB, mib } from '../finding.ts';
import { startNetwork } from '../nodes/network.ts';
import { runProcess } from '../nodes/run-node.ts';
import { rssOf } from '../processes.ts';
import { startRelayProcess } from '../relay/start.ts';
import { LOCAL_CASES, PAGE_HTTP_CASES, PAGE_SOCKET_CASES } from './app-cases.ts';
import { startApp } from './app-process.ts';
import { type AttackCase, type Attacked, attack } from './attack-case.ts';
import { HANDSHAKE_CASES, httpCases } from './http-cases.ts';
import { Http2Acceptor } from './http2-acceptor.ts';
import { http2Cases } from './http2-cases.ts';
import { NODE_CASES } from './node-cases.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';
import { sendCases, upgradeText, WEB_SOCKET_CASES } from './web-socket-cases.ts';

/** What all of them together may leave in a server's memory. */
const GROWTH = 128 * MIB;
/** … and each at a time, before what it left is collected. */
const MEANWHILE = 384 * MIB;
/** The longest body that a node reads. */
const MAX_NODE_BODY = 11 * MIB;
const PATIENCE = 5_000;
/** Read before anybody has proved anything, and bounded for no address. */
const LINK_HELLO = '/sotto/link/v1/hello';

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
      ...(await attackAll('relay', { place, pid: relay.pid, cases, longest, light: true })),
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
    return await attackAll('node', { place, pid: node.pid, cases, longest, light: true });
  } finally {
    await network.close();
  }
}

/** What clients can do to the port of a node over HTTP/2. Those that wait for longer than that are left out. */
export async function attackNodeHttp2(longest: number, most = longest): Promise<readonly Finding[]> {
  const network = await startNetwork([1], runProcess);
  const [node] = network.swarms[0] ?? [];
  if (node?.pid === undefined) throw new Error('no node');
  const place = { host: node.listed.ip, port: node.listed.httpsPort, tls: true };
  const cases = chosen(http2Cases({ body: LINK_HELLO, answer: STATS_PATH }), most);
  try {
    return await attackAll('node, HTTP/2', { place, pid: node.pid, cases, longest, left: MEANWHILE });
  } finally {
    await network.close();
  }
}

/** … and to that of a relay. */
export async function attackRelayHttp2(longest: number, most = longest): Promise<readonly Finding[]> {
  const relay = await startRelayProcess('127.79.0.2', 1);
  const place = { host: relay.host, port: relay.port, tls: true };
  const cases = chosen(http2Cases({ body: PATH.registration, answer: PATH.whoami }), most);
  try {
    return await attackAll('relay, HTTP/2', { place, pid: relay.pid, cases, longest, left: MEANWHILE });
  } finally {
    relay.close();
  }
}

/** The last of those of HTTP/2 are over before what they left is collected, so they may leave as much as is used meanwhile. */
const chosen = (cases: readonly AttackCase[], most: number): readonly AttackCase[] =>
  cases.filter(({ longest = 0 }) => longest <= most);

/** What a node that is listed can do to another that dials it, or the first few of that. */
export async function attackDialler(longest: number, few?: number): Promise<readonly Finding[]> {
  const network = await startNetwork([2], runProcess);
  const [node, evil] = network.swarms[0] ?? [];
  if (node?.pid === undefined || evil === undefined) throw new Error('no nodes');
  await evil.stop();
  const acceptor = new Http2Acceptor(evil);
  const place = { host: node.listed.ip, port: node.listed.httpsPort, tls: true };
  try {
    const cases = acceptor.cases().slice(0, few);
    return await attackAll('node that dials', { place, pid: node.pid, cases, longest });
  } finally {
    acceptor.close();
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
      ...(await attackAll('app', { place, pid: app.pid, cases: page, longest, light: true })),
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
  /** Bytes that they may leave. */
  readonly left?: number;
  /** Those that wait for a time-out hold next to nothing meanwhile. */
  readonly light?: boolean;
}

/**
 * One after the other, those that wait for a time-out together: from the beginning where they are light. Somebody else is
 * answered during each and after it.
 */
async function attackAll(
  server: string,
  { place, pid, cases, longest, path, left = GROWTH, light = false }: Attack,
): Promise<readonly Finding[]> {
  const before = rssOf(pid);
  const attacks = path === undefined ? place : { ...place, path };
  const attacked: Attacked[] = [];
  let unanswered = 0;
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, rssOf(pid));
  }, 100);
  const waitForAll = () =>
    Promise.all(cases.filter(({ slow }) => slow).map((each) => attack(each, attacks, longest)));
  const waiting = light ? waitForAll() : undefined;
  for (const each of cases.filter(({ slow }) => slow === undefined)) {
    const attacking = attack(each, attacks, longest);
    do {
      if (!(await answers(place))) unanswered++;
    } while (!(await isOver(attacking)));
    attacked.push(await attacking);
    if (!(await answers(place))) unanswered++;
  }
  attacked.push(...(await (waiting ?? waitForAll())));
  clearInterval(watching);
  const growth = rssOf(pid) - before;
  return [
    ...attacked.map(({ name, said, after, longest: most, good }): Finding => {
      const bound = `words or an end, ≤ ${most / 1000} s`;
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
      what: 'others not answered during one or after it',
      measured: `${unanswered}`,
      bound: 'none',
      good: unanswered === 0,
    },
    {
      about: server,
      what: 'memory meanwhile',
      measured: `+${mib(most - before)}`,
      bound: `+${mib(MEANWHILE)}`,
      good: most - before <= MEANWHILE,
    },
    {
      about: server,
      what: 'memory after all of them',
      measured: `+${mib(growth)}`,
      bound: `+${mib(left)}`,
      good: growth <= left,
    },
  ];
}

const OTHERS_EVERY = 200;

function isOver(attacking: Promise<unknown>): Promise<boolean> {
  return Promise.race([attacking.then(() => true), pause(OTHERS_EVERY, false)]);
}

async function answers(place: RawPlace): Promise<boolean> {
  const connection = new RawConnection(place);
  // A server that is busy with nothing else takes no connection, and refuses none.
  await Promise.race([connection.ready, pause(PATIENCE)]);
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
