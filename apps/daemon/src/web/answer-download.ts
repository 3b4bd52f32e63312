import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Download } from '../app/downloads.ts';

/**
 * Give a file to the browser to keep: never to show, whatever it says that it is. Bytes go as fast as the browser takes
 * them. One that breaks off ends short of its length, so that the browser does not take it for whole.
 */
export async function answerDownload(response: ServerResponse, file: Download): Promise<void> {
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  response.writeHead(200, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/octet-stream',
    'Content-Length': file.size,
    'Content-Disposition': disposition(file.name ?? 'file'),
  });
  try {
    await pipeline(Readable.from(file.content, { objectMode: true, highWaterMark: 1 }), response);
  } catch {
    // The browser has given it up, the app was locked, or a part is damaged: there is nobody to tell but by ending.
    response.destroy();
  }
}

/** The name in both forms of RFC 6266: in ASCII for who knows no other, and whole. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
