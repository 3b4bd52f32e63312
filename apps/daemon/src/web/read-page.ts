import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalApiError } from '@sotto/local-api';

/** What a page may be made of, and as what it is served. Nothing else in the folder is. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const MAX_FILES = 512;
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_DEPTH = 4;

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** In quotes, as it travels. */
  readonly etag: string;
  /** Its name stays and its content does not, so that it is asked for anew each time. */
  readonly isIndex: boolean;
}

/** The page, read once: nothing that happens to its folder later changes what is served. */
export interface Page {
  /** By the path of a request; `/` is the index. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** SHA-256 in hex over the sorted files: of each its path, its length and its bytes, with a zero byte after the first two. */
  readonly build: string;
}

/** Throws LocalApiError `failed` when there is no page in the folder, or something far larger. */
export async function readPage(folder: URL | string): Promise<Page> {
  const root = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const paths = (await listFiles(root, '', 0)).toSorted();
  if (!paths.includes('index.html')) throw noPage();
  if (paths.length > MAX_FILES) throw tooLarge();
  const files = new Map<string, PageFile>();
  const build = createHash('sha256');
  let bytes = 0;
  for (const path of paths) {
    const body = await readFile(join(root, path));
    bytes += body.length;
    if (bytes > MAX_BYTES) throw tooLarge();
    build.update(`${path}\0${body.length}\0`).update(body);
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const isIndex = path === 'index.html';
    files.set(isIndex ? '/' : `/${path}`, { type, body, etag, isIndex });
  }
  return { files, build: build.digest('hex') };
}

/** Relative paths of the files that are served; links and names with a point in front are passed over. */
async function listFiles(root: string, below: string, depth: number): Promise<readonly string[]> {
  if (depth > MAX_DEPTH) return [];
  const found: string[] = [];
  for (const name of await namesIn(join(root, below))) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) continue;
    const path = below === '' ? name : `${below}/${name}`;
    const facts = await lstat(join(root, path));
    if (facts.isDirectory()) found.push(...(await listFiles(root, path, depth + 1)));
    else if (facts.isFile() && Object.hasOwn(TYPES, extname(name))) found.push(path);
    if (found.length > MAX_FILES) throw tooLarge();
  }
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    throw noPage();
  }
}

function noPage(): LocalApiError {
  return new LocalApiError('failed', 'the page of the app is not built', 'build it with `npm run build`');
}

function tooLarge(): LocalApiError {
  return new LocalApiError('failed', 'the folder of the page holds far more than a page');
}
