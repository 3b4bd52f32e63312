import { equalBytes } from '@sotto/bytes';
import type { Events, RelayEvent } from '../events.ts';
import { type CertificateFiles, type RelayCertificate, readCertificate } from './relay-certificate.ts';

/** How often the files are looked at, milliseconds; certificates are renewed days before they end. */
const LOOK_INTERVAL = 60_000;

export interface Renewal {
  /** Look at the files now. What is still wrong with them is told again. */
  look(): void;
  stop(): void;
}

export interface RenewalOptions {
  readonly files: CertificateFiles;
  /** What is shown to clients as it is now. */
  readonly certificate: RelayCertificate;
  /** Show another from now on. */
  readonly show: (certificate: RelayCertificate) => void;
  readonly events: Pick<Events, 'count'>;
}

/**
 * Take the certificate that an operator has renewed, without a restart. One that cannot be used is not taken, and that is
 * told once: files are often written one after the other. Nor is one with another key, for every URL that was given out
 * names the key, and clients check nothing else; it takes a restart, which says the new URL.
 */
export function renewCertificate({ files, certificate, show, events }: RenewalOptions): Renewal {
  let shown = certificate;
  let told: RelayEvent | undefined;
  const tell = (event: RelayEvent): void => {
    if (event !== told) events.count(event);
    told = event;
  };
  const check = (): void => {
    const found = read(files);
    if (found === undefined) tell('certificate-unusable');
    else if (!equalBytes(found.key, shown.key)) tell('certificate-of-another-key');
    else {
      told = undefined;
      if (found.certificate === shown.certificate) return;
      show(found);
      shown = found;
      events.count('certificate-renewed');
    }
  };
  const timer = setInterval(check, LOOK_INTERVAL).unref();
  return {
    look: () => {
      told = undefined;
      check();
    },
    stop: () => clearInterval(timer),
  };
}

function read(files: CertificateFiles): RelayCertificate | undefined {
  try {
    return readCertificate(files);
  } catch {
    return undefined;
  }
}
