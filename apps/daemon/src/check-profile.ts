import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckValue, LocalApiError } from '@sotto/local-api';
import { canonicalProfile, hasStore } from './profile-folder.ts';

const OLDEST_NODE = [20, 19] as const;

/** What `doctor` can see without opening the profile. */
export async function checkProfile(path: string): Promise<readonly CheckValue[]> {
  return [checkRuntime(), ...(await checkFolder(path))];
}

function checkRuntime(): CheckValue {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const detail = `Node ${process.versions.node}`;
  const hint = `use Node ${OLDEST_NODE.join('.')} or later`;
  return { check: 'runtime', ok, detail, ...(ok ? {} : { hint }) };
}

async function checkFolder(path: string): Promise<readonly CheckValue[]> {
  const check = 'profile';
  try {
    const profile = await canonicalProfile(path);
    if (await hasStore(profile)) {
      return [{ check, ok: true, detail: profile }, checkModes(await openToOthers(profile))];
    }
    const hint = 'make an account with `sotto account create`, or give the right --profile';
    return [{ check, ok: false, detail: 'there is no profile in this folder', hint }];
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    const { message, hint } = error;
    return [{ check, ok: false, detail: message, ...(hint === undefined ? {} : { hint }) }];
  }
}

function checkModes(open: readonly string[]): CheckValue {
  const check = 'permissions';
  if (open.length === 0) return { check, ok: true, detail: 'for you alone' };
  const detail = `others on this machine may read: ${open.join(', ')}`;
  return { check, ok: false, detail, hint: 'chmod 0700 the folder and 0600 its files' };
}

/** Names within the profile that somebody else may read or write; `.` is the folder. */
async function openToOthers(profile: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const names = ['.', ...(await readdir(profile))];
  const modes = await Promise.all(names.map(async (name) => (await lstat(join(profile, name))).mode));
  return names.filter((_, index) => ((modes[index] ?? 0) & 0o077) !== 0);
}
