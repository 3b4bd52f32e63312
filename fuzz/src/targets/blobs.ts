import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BlobsError,
  createAttachmentForm,
  type Exchange,
  openFolderBlobs,
  serveDownload,
  servePostUpload,
  TusService,
  UploadForms,
  UploadTokens,
} from '@sotto/blobs';
import {
  formatTerms,
  parseChecksum,
  parseCount,
  parseFilename,
  parseListing,
  parsePolicy,
  parseRange,
  parseTerms,
} from '@sotto/blobs/testing';
import { toBase64, utf8 } from '@sotto/bytes';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, filled } from './kit.ts';
import { sayRaw } from './page-door.ts';

/** Forms are for a time, and inputs are made for hours: here it stands still. */
const NOW = Date.UTC(2026, 10, 30);
const UPLOADS = '/upload/attachments';
const SECRET = filled(32);

/** What people send about bytes that they upload and download, and what an S3 store and a folder tell. */
export const blobTargets: readonly Target[] = [
  {
    name: 'blob-range',
    covers: ['packages/blobs/src/download/parse-range.ts'],
    form: 'text',
    refuses: [],
    words: ['bytes=', '-', ',', '0', '99', '100', '999999999999999'],
    open: () => ({
      seeds: ['bytes=0-0', 'bytes=5-', 'bytes=-7', 'bytes=0-1,5-6', 'bytes=100-'].map(fromText),
      read: (input) => {
        const parsed = parseRange(toText(input), 100);
        if (parsed.outcome !== 'part') return 'refused';
        const { first, last } = parsed.range;
        if (!(0 <= first && first <= last && last < 100)) throw new Broken('a part lies outside');
        return 'taken';
      },
    }),
  },
  {
    name: 'blob-tus-headers',
    covers: ['packages/blobs/src/tus/tus-headers.ts'],
    form: 'text',
    refuses: [],
    words: ['filename ', ',', '=', ' '],
    open: () => ({
      seeds: ['filename YWJj', 'other eA==, filename YWJj', '104857600', toBase64(counted(32))].map(fromText),
      read: (input) => {
        const text = toText(input);
        const count = parseCount(text);
        if (count !== undefined && !Number.isSafeInteger(count)) throw new Broken('a count is none');
        const read = [parseFilename(text), parseChecksum(text)].some(({ outcome }) => outcome === 'read');
        return read || count !== undefined ? 'taken' : 'refused';
      },
    }),
  },
  {
    name: 'blob-policy',
    covers: ['packages/blobs/src/forms/parse-policy.ts'],
    form: 'json',
    refuses: [],
    words: ['content-length-range', 'starts-with', 'eq', '$key', '$Content-Type', 'expiration', 'conditions'],
    open: () => ({
      seeds: [
        Buffer.from(aForm('profiles/a').policy, 'base64'),
        fromText(
          '{"expiration":"2026-11-30T00:00:00Z","conditions":[["eq","$key","a"],["content-length-range",0,9]]}',
        ),
      ],
      read: (input) => (parsePolicy(toBase64(input)) === undefined ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'blob-listing',
    covers: ['packages/blobs/src/s3/list-objects.ts'],
    form: 'text',
    refuses: [BlobsError],
    words: [
      '<Contents>',
      '</Contents>',
      '<Key>',
      '<Size>',
      '<LastModified>',
      '<IsTruncated>true</IsTruncated>',
      '&amp;',
    ],
    open: () => ({
      seeds: [
        '<ListBucketResult ><IsTruncated>false</IsTruncated></ListBucketResult>',
        '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken><Contents><Key>a%7Eb</Key><LastModified>2026-11-30T03:47:54.000Z</LastModified><Size>5</Size></Contents></ListBucketResult>',
      ].map(fromText),
      read: (input) => {
        parseListing(toText(input));
        return 'taken';
      },
    }),
  },
  {
    name: 'blob-upload-name',
    covers: ['packages/blobs/src/upload-name.ts'],
    form: 'text',
    refuses: [],
    words: ['-none', '-', '0'],
    open: () => ({
      seeds: [
        { length: 5, createdAt: NOW },
        { length: 0, createdAt: 0, sha256: counted(32) },
      ].map((terms) => fromText(formatTerms(terms))),
      read: (input) => {
        const name = toText(input);
        const terms = parseTerms(name);
        if (terms === undefined) return 'refused';
        // A length may be written with zeros before it, which nobody does; it is the same length.
        if (parseTerms(formatTerms(terms))?.length !== terms.length)
          throw new Broken('a name reads otherwise');
        return 'taken';
      },
    }),
  },
  {
    name: 'blob-http',
    covers: ['packages/blobs/src/tokens/upload-tokens.ts'],
    form: 'http',
    refuses: [],
    words: [
      '\r\n',
      '\r\n--x\r\n',
      '\r\nContent-Length: ',
      '\r\nRange: bytes=',
      '\r\nUpload-Length: ',
      '\r\nUpload-Offset: ',
      '\r\nTransfer-Encoding: chunked\r\n',
      UPLOADS,
      '/attachments/whole',
    ],
    slow: true,
    open: async () => {
      const world = await openWorld();
      return {
        seeds: (await requests(world.tokens)).map(fromText),
        read: async (input) => {
          const answer = await sayRaw(world.port, input);
          const [failure] = world.failures.splice(0);
          if (failure !== undefined) throw new Broken(`the server fails: ${String(failure)}`);
          const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
          if (status === 500) throw new Broken('the server answers 500');
          return status >= 200 && status < 300 ? 'taken' : 'refused';
        },
        close: world.close,
      };
    },
  },
];

function aForm(key: string): ReturnType<UploadForms['create']> {
  return new UploadForms({ secret: SECRET }).create({ key, maxLength: 300, now: NOW });
}

/** One request of every kind, each of which is answered with success. */
async function requests(tokens: UploadTokens): Promise<readonly string[]> {
  const form = await createAttachmentForm(tokens, { location: UPLOADS, maxLength: 300, now: NOW });
  const tus = ['Host: a', 'Tus-Resumable: 1.0.0', 'Content-Type: application/offset+octet-stream'];
  const bearer = Object.entries(form.headers).map(([name, value]) => `${name}: ${value}`);
  const say = (line: string, headers: readonly string[], body = ''): string =>
    [`${line} HTTP/1.1`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');
  const posted = aForm('profiles/b');
  const fields = {
    key: posted.key,
    acl: posted.acl,
    policy: posted.policy,
    'x-amz-algorithm': posted.algorithm,
    'x-amz-credential': posted.credential,
    'x-amz-date': posted.date,
    'x-amz-signature': posted.signature,
    file: 'abc',
  };
  const parts = Object.entries(fields).map(
    ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return [
    say(`OPTIONS ${UPLOADS}`, tus),
    say(`POST ${UPLOADS}`, [...tus, ...bearer, 'Upload-Length: 10'], '01234'),
    say(`HEAD ${UPLOADS}/${form.key}`, [...tus, ...bearer]),
    say(`PATCH ${UPLOADS}/${form.key}`, [...tus, ...bearer, 'Upload-Offset: 5'], '567'),
    say('GET /attachments/whole', ['Host: a', 'Range: bytes=1-2', 'If-Range: "a"']),
    say('HEAD /attachments/whole', ['Host: a', 'If-None-Match: "a"']),
    say('POST /', ['Host: a', 'Content-Type: multipart/form-data; boundary=x'], `${parts.join('')}--x--\r\n`),
  ];
}

/** A server on loopback with everything that blobs come and go by, in a folder of its own. */
async function openWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-blobs-'));
  const blobs = await openFolderBlobs({ folder, cap: 1024 * 1024 });
  await blobs.create('attachments/whole', { length: 10, createdAt: NOW });
  await blobs.append(
    'attachments/whole',
    0,
    (async function* () {
      yield utf8('0123456789');
    })(),
  );
  await blobs.finish('attachments/whole');
  const failures: unknown[] = [];
  const common = {
    blobs,
    failed: (error: unknown) => failures.push(error),
    now: () => NOW,
    pace: { bytes: 1024, within: 200 },
  };
  const tokens = new UploadTokens({ secret: SECRET, audience: 'attachments' });
  const tus = new TusService({ ...common, tokens });
  const forms = new UploadForms({ secret: SECRET });
  const serve = async (exchange: Exchange): Promise<void> => {
    const path = exchange.request.url ?? '';
    if (path.startsWith(UPLOADS)) {
      await tus.serve(exchange, path === UPLOADS ? undefined : path.slice(UPLOADS.length + 1));
    } else if (path === '/') await servePostUpload({ ...common, forms }, exchange);
    else await serveDownload(common, exchange, path.slice(1));
  };
  const server = createServer((request, response) => {
    serve({ request, response }).catch((error: unknown) => failures.push(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tokens,
    failures,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      blobs.close();
      rmSync(folder, { recursive: true });
    },
  };
}
