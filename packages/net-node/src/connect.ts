import { createHash, type X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Bytes, equalBytes } from '@sotto/bytes';
import type { Target } from './check-target.ts';

export type Connected =
  | { readonly outcome: 'connected'; readonly stream: Socket }
  | { readonly outcome: 'wrong-key' }
  | { readonly outcome: 'untrusted' }
  | { readonly outcome: 'unreachable' };

/**
 * A TCP connection, with TLS where the target says so, whose server is known to be the right one
 * before it resolves: nothing of ours has been written into it.
 *
 * With a pin the server's public key is compared and nothing else counts: not the name, not the
 * dates, not who signed the certificate, so that a relay needs no authority and a wrong one cannot
 * vouch for an impostor. TLS itself proves that the server holds the key (RFC 8446 §4.4.3). A
 * resumed session shows no fresh certificate, so none is ever offered, and one that comes back
 * resumed all the same is refused.
 */
export function connect(
  target: Target,
  pin: Bytes | undefined,
  signal: AbortSignal,
  authorities?: string,
): Promise<Connected> {
  return new Promise((resolve) => {
    const stream = target.tls ? dialTls(target, pin, authorities) : dialTcp(target);
    const ready = target.tls ? 'secureConnect' : 'connect';
    const settle = (connected: Connected) => {
      signal.removeEventListener('abort', abort);
      stream.off(ready, check);
      stream.off('close', abort);
      if (connected.outcome !== 'connected') stream.destroy();
      resolve(connected);
    };
    const abort = () => settle({ outcome: 'unreachable' });
    const check = () => {
      if (pin && !showsKey(stream as TLSSocket, pin)) settle({ outcome: 'wrong-key' });
      else settle({ outcome: 'connected', stream });
    };
    signal.addEventListener('abort', abort);
    // Stays: between here and the upgrade, and after a refusal, a late error has no other listener.
    stream.on('error', (error) => settle({ outcome: isDistrust(error) ? 'untrusted' : 'unreachable' }));
    stream.once('close', abort);
    stream.once(ready, check);
    if (signal.aborted) abort();
  });
}

function dialTcp(target: Target): Socket {
  return connectTcp({ host: target.host, port: target.port, noDelay: true });
}

function dialTls(target: Target, pin: Bytes | undefined, authorities: string | undefined): TLSSocket {
  return connectTls({
    host: target.host,
    port: target.port,
    ...(isIP(target.host) ? {} : { servername: target.host }),
    ...(authorities === undefined ? {} : { ca: authorities }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // With a pin, `showsKey` decides instead of the authorities, before anything is written.
    rejectUnauthorized: pin === undefined,
  });
}

function showsKey(stream: TLSSocket, pin: Bytes): boolean {
  if (stream.isSessionReused()) return false;
  const certificate = stream.getPeerX509Certificate();
  const spki = certificate && spkiOf(certificate);
  return spki !== undefined && equalBytes(createHash('sha256').update(spki).digest(), pin);
}

/** `undefined` for a key of a kind that Node cannot write out: no pin can be of such a key. */
function spkiOf(certificate: X509Certificate): Buffer | undefined {
  try {
    return certificate.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return undefined;
  }
}

/** The certificate was refused, as opposed to no TLS or no connection at all. */
function isDistrust(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return DISTRUST.test(code);
}

/** OpenSSL's verification results as Node names them, and its own for a certificate of another name. */
const DISTRUST =
  /^(ERR_TLS_CERT_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_)/;
