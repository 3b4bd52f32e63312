import { expect, it } from 'vitest';
import { countReady } from './tor-control.ts';

const HOPS = '$AA~exit1,$BB~exit2,$CC~auth1';

it('counts circuits that are built, go outside and were used by nobody', () => {
  const answer = [
    '250 OK',
    '250+circuit-status=',
    `1 BUILT ${HOPS} BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL TIME_CREATED=2026-01-01T00:00:00.000000`,
    `2 BUILT ${HOPS} BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL TIME_CREATED=2026-01-01T00:00:00.000000 SOCKS_USERNAME="lane-1" SOCKS_PASSWORD="x"`,
    `3 EXTENDED ${HOPS} BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL`,
    `4 BUILT $AA~exit1 BUILD_FLAGS=ONEHOP_TUNNEL,NEED_CAPACITY PURPOSE=GENERAL`,
    `5 BUILT ${HOPS} BUILD_FLAGS=IS_INTERNAL,NEED_UPTIME PURPOSE=GENERAL`,
    `6 BUILT ${HOPS} BUILD_FLAGS=IS_INTERNAL,NEED_UPTIME PURPOSE=HS_VANGUARDS`,
    `7 BUILT ${HOPS} PURPOSE=GENERAL`,
    `8 BUILT ${HOPS} BUILD_FLAGS=NEED_UPTIME PURPOSE=CONFLUX_LINKED SOCKS_USERNAME="a" CONFLUX_ID=x CONFLUX_RTT=5`,
    ...[9, 10, 11].map(
      (id) =>
        `${id} BUILT ${HOPS} BUILD_FLAGS=NEED_UPTIME PURPOSE=CONFLUX_LINKED CONFLUX_ID=${id === 9 ? 'x' : 'y'} CONFLUX_RTT=7`,
    ),
    '.',
    '250 OK',
    '250 closing connection',
  ].join('\r\n');
  expect(countReady(answer)).toBe(3);
});
