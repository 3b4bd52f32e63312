import { createHash, type X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { type Bytes, equalBytes } from '@sotto/bytes';
import type { Address } from './address.ts';
import { isLoopback, type Target } from './check-target.ts';
import { dial, type Way } from './dial.ts';

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
export async function connect(
  target: Target,
  pin: Bytes | undefined,
  way: Way & { readonly authorities?: string },
  signal: AbortSignal,
): Promise<Connected> {
  // Plain text for this machine would cross the network to a proxy elsewhere, and end on that machine.
  if (!target.tls && way.proxy !== undefined && !isLoopback(way.proxy.host)) return UNREACHABLE;
  const stream = await dial(target, way, signal);
  if (stream === undefined) return UNREACHABLE;
  if (!target.tls) return { outcome: 'connected', stream };
  const shaken = await secure(stream, target, signal, {
    ...(way.authorities === undefined ? {} : { ca: way.authorities }),
    // With a pin, `showsKey` decides instead of the authorities, before anything is written.
    rejectUnauthorized: pin === undefined,
  });
  if (shaken.outcome !== 'connected' || pin === undefined || showsKey(shaken.stream, pin)) return shaken;
  shaken.stream.destroy();
  return { outcome: 'wrong-key' };
}

const UNREACHABLE: Connected = { outcome: 'unreachable' };

export type Secured =
  | { readonly outcome: 'connected'; readonly stream: TLSSocket }
  | { readonly outcome: 'untrusted' }
  | { readonly outcome: 'unreachable' };

/** The TLS handshake over a connection that there is. What was not connected is destroyed. */
export function secure(
  raw: Socket,
  target: Address,
  signal: AbortSignal,
  options: Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized' | 'ALPNProtocols'>,
): Promise<Secured> {
  return new Promise((resolve) => {
    const stream = connectTls({
      socket: raw,
      host: target.host,
      ...(isIP(target.host) ? {} : { servername: target.host }),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      ...options,
    });
    const settle = (secured: Secured) => {
      signal.removeEventListener('abort', abort);
      stream.off('secureConnect', ready);
      stream.off('close', abort);
      if (secured.outcome !== 'connected') {
        stream.destroy();
        raw.destroy();
      }
      resolve(secured);
    };
    const abort = () => settle({ outcome: 'unreachable' });
    const ready = () => settle({ outcome: 'connected', stream });
    signal.addEventListener('abort', abort);
    // Stays: between here and the first use, and after a refusal, a late error has no other listener.
    stream.on('error', (error) => settle({ outcome: isDistrust(error) ? 'untrusted' : 'unreachable' }));
    stream.once('close', abort);
    stream.once('secureConnect', ready);
    if (signal.aborted) abort();
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
