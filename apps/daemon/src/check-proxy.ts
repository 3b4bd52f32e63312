import { connect } from 'node:net';
import type { CheckValue } from '@sotto/local-api';
import type { Way } from '@sotto/net-node';

const TIMEOUT_MS = 3_000;

/** Whether anybody listens where everything is dialled through: without it every road looks dead. */
export function checkProxy({ host, port }: NonNullable<Way['proxy']>): Promise<CheckValue> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const tell = (answers: boolean): void => {
      socket.destroy();
      resolve(
        answers
          ? { check: 'proxy', ok: true, detail: 'takes connections' }
          : {
              check: 'proxy',
              ok: false,
              detail: 'does not answer, and everything is dialled through it',
              hint: 'start it, or give its address with --proxy (SOTTO_PROXY)',
            },
      );
    };
    socket.once('connect', () => tell(true));
    socket.once('timeout', () => tell(false));
    socket.once('error', () => tell(false));
  });
}
