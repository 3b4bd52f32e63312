import { describe, expect, it } from 'vitest';
import { missingEntries, platformOfName } from './complete-lockfile.mjs';

describe('a lockfile without other platforms', () => {
  it.each([
    ['@biomejs/cli-win32-arm64', { cpu: ['arm64'], os: ['win32'] }],
    ['@rolldown/binding-linux-x64-musl', { cpu: ['x64'], libc: ['musl'], os: ['linux'] }],
    ['@oxc-parser/binding-linux-arm-gnueabihf', { cpu: ['arm'], libc: ['glibc'], os: ['linux'] }],
    ['@bufbuild/buf-linux-armv7', { cpu: ['arm'], os: ['linux'] }],
    ['@rolldown/binding-wasm32-wasi', { cpu: ['wasm32'] }],
  ])('reads the platform of %s from its name', (name, platform) => {
    expect(platformOfName(name)).toEqual(platform);
  });

  it('gets the optional packages that are pinned and have no entry', () => {
    const tool = {
      version: '1.2.3',
      dev: true,
      optionalDependencies: { 'tool-linux-x64': '1.2.3', 'tool-darwin-x64': '1.2.3' },
    };
    const packages = {
      '': {},
      'node_modules/tool': tool,
      'node_modules/tool/node_modules/tool-linux-x64': { version: '1.2.3' },
    };
    expect([...missingEntries({ packages })]).toEqual([
      [
        'node_modules/tool-darwin-x64',
        { version: '1.2.3', cpu: ['x64'], dev: true, optional: true, os: ['darwin'] },
      ],
    ]);
  });

  it('is not guessed at where the name tells no platform', () => {
    const packages = { 'node_modules/tool': { version: '1.0.0', optionalDependencies: { extra: '1.0.0' } } };
    expect(() => missingEntries({ packages })).toThrow(/extra@1.0.0/);
  });
});
