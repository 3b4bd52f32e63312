import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { asBytes } from '@sotto/bytes';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_BYTES } from '../src/constants.ts';
import { createAttachmentForm } from '../src/tokens/create-attachment-form.ts';
import { UploadTokens } from '../src/tokens/upload-tokens.ts';
import { bundleProgram } from './_bundle-program.ts';
import { ask, begin, offsetOf, pour, tusHeaders } from './_http.ts';

const program = bundleProgram(fileURLToPath(new URL('serve-until-killed.ts', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'sotto-killed-'));
let child: ChildProcess | undefined;

afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  rmSync(program);
});

/** Start the server, and give its URL. */
async function start(): Promise<string> {
  const started = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  return await new Promise((resolve, reject) => {
    createInterface({ input: started.stdout }).once('line', resolve);
    started.once('error', reject);
    started.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await ended;
}

describe('a server that is killed in the middle of uploads', () => {
  it('goes on where it had synced, and gives back what was sent', async () => {
    const tokens = new UploadTokens({ secret: asBytes(Buffer.alloc(32, 9)), audience: 'attachments' });
    const bytes = randomBytes(3 * CHECKPOINT_BYTES + 12_345);
    const form = await createAttachmentForm(tokens, {
      location: '',
      maxLength: bytes.length,
      now: Date.now(),
    });
    let acknowledged = 0;
    for (let killed = 0; killed < 2; killed++) {
      const here = { ...form, signedUploadLocation: `${await start()}/upload/attachments` };
      const begun =
        killed === 0
          ? begin('POST', here.signedUploadLocation, {
              ...tusHeaders(here, { 'Upload-Length': bytes.length, 'Content-Length': bytes.length }),
            })
          : begin('PATCH', `${here.signedUploadLocation}/${form.key}`, {
              ...tusHeaders(here, {
                'Upload-Offset': acknowledged,
                'Content-Length': bytes.length - acknowledged,
              }),
            });
      // The last bytes never come, so that nothing is ever acknowledged by an answer.
      await pour(bytes.subarray(acknowledged, (killed + 1) * CHECKPOINT_BYTES + 100_000), begun.sent);
      const wanted = (killed + 1) * CHECKPOINT_BYTES;
      await expect.poll(() => checkpointOf(form.key), { timeout: 60_000 }).toBeGreaterThanOrEqual(wanted);
      await kill();
      const there = { ...form, signedUploadLocation: `${await start()}/upload/attachments` };
      acknowledged = await offsetOf(there);
      expect(acknowledged).toBeGreaterThanOrEqual(wanted);
      await kill();
    }
    const url = await start();
    const rest = await ask('PATCH', `${url}/upload/attachments/${form.key}`, {
      headers: tusHeaders(form, { 'Upload-Offset': acknowledged }),
      body: bytes.subarray(acknowledged),
    });
    expect(rest.status).toBe(204);
    await kill();
    const download = await ask('GET', `${await start()}/attachments/${form.key}`);
    expect(download.body.equals(bytes)).toBe(true);
  });
});

/** How far the names on disk say that an upload is. */
function checkpointOf(key: string): number {
  const [name = '@0'] = readdirSync(join(folder, 'uploads', `attachments~${key}`));
  return Number(name.split('@')[1]);
}
