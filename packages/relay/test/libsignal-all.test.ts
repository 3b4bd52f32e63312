import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Net } from '@signalapp/libsignal-client';
import { expect, it } from 'vitest';

/** What no relay hears of, and why it is not called here. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  setCensorshipCircumventionEnabled: 'of hosts of Signal’s own',
  setRemoteConfig: 'of what a client prefers, which a local server decides for it',
};

const CLASSES = [
  Net.Net,
  Net.AuthenticatedChatConnection,
  Net.UnauthenticatedChatConnection,
  Net.ProvisioningConnection,
  Net.RegistrationService,
] as const;

it('every call of the official client is made in this suite', () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder).filter((name) => /^(libsignal-|attachments|_).*\.ts$/.test(name));
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const names = CLASSES.flatMap(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
      typeof value === 'function' && name !== 'constructor' ? [name] : [],
    ),
  );
  expect(names.length).toBeGreaterThan(70);
  const missing = [...new Set(names)].filter((name) => !text.includes(`.${name}(`));
  expect(missing.sort()).toEqual(Object.keys(NOT_CALLED).sort());
});
