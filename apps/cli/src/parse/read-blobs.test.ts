import { describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

const SERVE = ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:0'];
const BUCKET = ['--blobs', 's3://files/of/mine', '--blobs-endpoint', 'https://s3.example'];
const S3 = [...BUCKET, '--blobs-secret-file', 'f'];
const s3 = {
  kind: 's3',
  endpoint: 'https://s3.example',
  region: 'us-east-1',
  bucket: 'files',
  prefix: 'of/mine/',
  secretFile: 'f',
};

function understood(argv: readonly string[], environment = {}) {
  const parsed = parseArgv(argv, environment);
  if (parsed.outcome !== 'run') throw new Error(`not run: ${JSON.stringify(parsed)}`);
  return parsed.invocation;
}

describe('a relay', () => {
  it.each([
    [['--blobs', 'none'], { place: { kind: 'none' } }],
    [['--blobs', '/srv/blobs'], { place: { kind: 'folder', folder: '/srv/blobs' } }],
    [['--blobs', './none'], { place: { kind: 'folder', folder: './none' } }],
    [['--blobs-limit', '500M'], { limit: 500 * 1024 ** 2 }],
    [['--blobs-limit', '20G'], { limit: 20 * 1024 ** 3 }],
    [['--blobs-limit', '3T'], { limit: 3 * 1024 ** 4 }],
    [S3, { place: s3 }],
    [
      [...S3, '--blobs', 's3://files', '--blobs-region', 'eu-1'],
      { place: { ...s3, region: 'eu-1', prefix: '' } },
    ],
    [[...S3, '--blobs', 's3://files/'], { place: { ...s3, prefix: '' } }],
  ])('keeps what is uploaded as %j says', (argv, blobs) => {
    expect(understood([...SERVE, ...argv])).toMatchObject({ blobs });
  });

  it('is told nothing unless asked to, and may be told by the environment', () => {
    expect(understood(SERVE)).not.toHaveProperty('blobs');
    const environment = {
      SOTTO_BLOBS: 's3://files/of/mine',
      SOTTO_BLOBS_ENDPOINT: 'https://s3.example',
      SOTTO_BLOBS_SECRET_FILE: 'f',
    };
    expect(understood(SERVE, environment)).toMatchObject({ blobs: { place: s3 } });
  });

  it('shows where, and no secret', () => {
    const shown = understood([...SERVE, ...S3, '--print-config']);
    expect(shown).toMatchObject({
      settings: { blobs: 's3://files/of/mine', 'blobs-limit': '20G', 'blobs-secret-file': 'f' },
    });
  });

  it.each([
    [BUCKET, '--blobs-secret-file'],
    [['--blobs', 's3://files', '--blobs-secret-file', 'f'], '--blobs-endpoint'],
    [['--blobs', 's3://', '--blobs-endpoint', 'https://s3.example'], '--blobs'],
    [['--blobs', 's3://Files Of Mine'], '--blobs'],
    [['--blobs', ''], '--blobs'],
    [['--blobs', 'none', '--blobs-endpoint', 'https://s3.example'], '--blobs-endpoint'],
    [['--blobs-region', 'eu-1'], '--blobs-region'],
    [['--blobs-secret-file', 'f'], '--blobs-secret-file'],
    [['--blobs-limit', '20'], '--blobs-limit'],
    [['--blobs-limit', '0G'], '--blobs-limit'],
    [['--blobs-limit', '99999T'], '--blobs-limit'],
    [['--blobs-limit', '1.5G'], '--blobs-limit'],
  ])('is refused %j', (argv, words) => {
    const parsed = parseArgv([...SERVE, ...argv], {});
    if (parsed.outcome !== 'refused') throw new Error('it was understood');
    expect(parsed.error).toMatchObject({ code: 'usage', message: expect.stringContaining(words) });
  });
});
