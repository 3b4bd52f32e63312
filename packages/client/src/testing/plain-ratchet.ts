import { type Bytes, fromBase64, fromUtf8, toBase64, utf8 } from '@sotto/bytes';
import { formatAccountId, parseAccountId } from '@sotto/identity';
import {
  type DecryptOutcome,
  type EncryptOutcome,
  type LocalDevice,
  MAX_PLAINTEXT,
  ONE_TIME_KEYS,
  ONE_TIME_KEYS_LOW,
  PRE_KEY_ROTATION,
  type Ratchet,
  type RatchetChange,
  type RatchetEngine,
  type RatchetMessage,
  type RatchetReader,
  type RatchetTable,
  SEALED_SIZES,
} from '@sotto/ratchet';

/**
 * A ratchet that hides nothing. FOR TESTS OF THE CLIENT ONLY: it keeps sessions, one-time keys, counters
 * and doubles as the port demands, so that a client which drops changes, commits half or encrypts twice
 * is caught, but its messages are readable by everybody. The real engine is tested end to end elsewhere.
 */
export function createPlainRatchetEngine(random: (length: number) => Bytes): RatchetEngine {
  return {
    makeRegistrationId() {
      const [high = 0, low = 1] = random(2);
      return ((high * 256 + low) % 0x3fff) + 1;
    },
    issueCertificate: () => ({
      certificate: filled(120, 1),
      serverCertificate: filled(105, 2),
      signature: filled(64, 3),
    }),
    certificateFromRecord: () => filled(120, 1),
    open: (local, reader) => openPlainRatchet(local, reader, random),
  };
}

const filled = (length: number, value: number): Bytes => new Uint8Array(length).fill(value);

interface Session {
  readonly id: string;
  readonly sent: number;
  readonly received: readonly number[];
  /** The other side has used it, so that messages need no handshake any more. */
  readonly confirmed: boolean;
  /** What the handshake names; absent for sessions that they began. */
  readonly handshake?: { readonly signed: number; readonly oneTime?: number };
}

/** Newest first; older ones still open what was on its way. */
interface Sessions {
  readonly registrationId: number;
  readonly sessions: readonly Session[];
}

interface Inner {
  readonly session: string;
  readonly counter: number;
  readonly registrationId: number;
  readonly handshake?: Session['handshake'];
  readonly plaintext: string;
}

interface StoredKey {
  readonly createdAt: number;
  /** The road is known to have it. */
  readonly uploaded?: true;
}

const toRow = (value: object): Bytes => utf8(JSON.stringify(value));
const fromRow = <Value>(row: Bytes): Value => JSON.parse(fromUtf8(row)) as Value;
const addressKey = (account: Bytes, device: number): string => `${toBase64(account)}.${device}`;

/** Not a key, but its length and type byte, which the account record checks. */
function publicKey(id: number, length: 33 | 1_569) {
  const bytes = filled(length, id % 256);
  bytes[0] = length === 33 ? 0x05 : 0x08;
  return { id, publicKey: bytes, signature: filled(64, id % 256) };
}

function openPlainRatchet(
  local: LocalDevice,
  reader: RatchetReader,
  random: (length: number) => Bytes,
): Ratchet {
  async function read<Value>(table: RatchetTable, key: string): Promise<Value | undefined> {
    const row = await reader.get(table, key);
    return row === undefined ? undefined : fromRow<Value>(row);
  }
  const change = (table: RatchetTable, key: string, value: object | null): RatchetChange => ({
    table,
    key,
    value: value === null ? null : toRow(value),
  });
  const ids = async (table: RatchetTable) => (await reader.keys(table)).map(Number).sort((a, b) => a - b);

  async function makeKeys(table: RatchetTable, count: number, now: number, changes: RatchetChange[]) {
    const first = ((await ids(table)).at(-1) ?? 0) + 1;
    const made = Array.from({ length: count }, (_, index) => first + index);
    for (const id of made) changes.push(change(table, String(id), { createdAt: now } satisfies StoredKey));
    return made;
  }

  const mark = (ids: readonly number[]): RatchetChange[] =>
    ids.map((id) => change('pre-key', String(id), { createdAt: 0, uploaded: true } satisfies StoredKey));

  async function waiting(): Promise<number[]> {
    const kept: number[] = [];
    for (const id of await ids('pre-key')) {
      if (!(await read<StoredKey>('pre-key', String(id)))?.uploaded) kept.push(id);
    }
    return kept;
  }

  return {
    async maintain({ now, remaining, force = false }) {
      const changes: RatchetChange[] = [];
      const newest = (await ids('signed-pre-key')).at(-1);
      const stored =
        newest === undefined ? undefined : await read<StoredKey>('signed-pre-key', String(newest));
      const rotate = force || stored === undefined || now - stored.createdAt >= PRE_KEY_ROTATION;
      const [signed] = rotate ? await makeKeys('signed-pre-key', 1, now, changes) : [];
      const low = remaining !== undefined && remaining.preKeys < ONE_TIME_KEYS_LOW;
      const unconfirmed = remaining === undefined ? [] : await waiting();
      if (!low) changes.push(...mark(unconfirmed));
      const again = low && unconfirmed.length > 0;
      const made = low && !again ? await makeKeys('pre-key', ONE_TIME_KEYS, now, changes) : [];
      const oneTime = again ? unconfirmed : made;
      return {
        published: {
          ...(signed === undefined
            ? {}
            : { signedPreKey: publicKey(signed, 33), lastResortKyberPreKey: publicKey(signed, 1_569) }),
          preKeys: oneTime.map((id) => ({ id, publicKey: filled(33, id % 256) })),
          kyberPreKeys: [],
        },
        changes,
      };
    },
    async published({ preKeys }) {
      const kept = new Set(await ids('pre-key'));
      return mark(preKeys.map(({ id }) => id).filter((id) => kept.has(id)));
    },
    async current() {
      const newest = (await ids('signed-pre-key')).at(-1);
      if (newest === undefined) return undefined;
      return { signedPreKey: publicKey(newest, 33), lastResortKyberPreKey: publicKey(newest, 1_569) };
    },
    async hasSession(address) {
      return (await reader.get('session', addressKey(address.account, address.device))) !== undefined;
    },
    async encrypt({ to, plaintext, bundle }): Promise<EncryptOutcome> {
      const key = addressKey(to.account, to.device);
      const before = await read<Sessions>('session', key);
      const other = bundle !== undefined && before?.registrationId !== bundle.registrationId;
      let sessions = other ? undefined : before;
      if (sessions === undefined) {
        if (bundle === undefined) return { outcome: 'needs-bundle' };
        const oneTime = bundle.preKey === undefined ? {} : { oneTime: bundle.preKey.id };
        const handshake = { signed: bundle.signedPreKey.id, ...oneTime };
        const session = { id: toBase64(random(9)), sent: 0, received: [], confirmed: false, handshake };
        sessions = { registrationId: bundle.registrationId, sessions: [session] };
      }
      const [current, ...older] = sessions.sessions;
      if (current === undefined) return { outcome: 'needs-bundle' };
      const inner: Inner = {
        session: current.id,
        counter: current.sent,
        registrationId: local.registrationId,
        plaintext: toBase64(plaintext),
        ...(current.confirmed || current.handshake === undefined ? {} : { handshake: current.handshake }),
      };
      const next = { ...sessions, sessions: [{ ...current, sent: current.sent + 1 }, ...older] };
      const kind = inner.handshake === undefined ? 'steady' : 'first';
      return {
        outcome: 'encrypted',
        message: { kind, bytes: toRow(inner) },
        changes: [change('session', key, next)],
      };
    },
    async seal(to, message) {
      const body = toRow({
        to: addressKey(to.account, to.device),
        from: formatAccountId(local.account),
        device: local.device,
        kind: message.kind,
        bytes: toBase64(message.bytes),
        salt: toBase64(random(9)),
      });
      // Base64 twice makes it nearly twice as long as what it stands for, which would fit.
      if (body.length > 2 * MAX_PLAINTEXT) return { outcome: 'too-large', limit: MAX_PLAINTEXT };
      const size = SEALED_SIZES.find((fits) => fits >= body.length) ?? body.length;
      const bytes = filled(size, 0x20);
      bytes.set(body);
      return { outcome: 'sealed', bytes };
    },
    async unseal(bytes) {
      let body: { to: string; from: string; device: number; kind: RatchetMessage['kind']; bytes: string };
      try {
        body = fromRow(bytes);
        const from = { account: parseAccountId(body.from), device: body.device };
        if (body.to !== addressKey(local.account, local.device)) {
          return { outcome: 'refused', reason: 'other-destination' };
        }
        return {
          outcome: 'unsealed',
          unsealed: {
            from,
            certificateSignature: filled(64, 3),
            message: { kind: body.kind, bytes: fromBase64(body.bytes) },
          },
        };
      } catch {
        return { outcome: 'refused', reason: 'not-a-seal' };
      }
    },
    async decrypt({ unsealed, knownDevices }): Promise<DecryptOutcome> {
      const { from, message } = unsealed;
      const inner = fromRow<Inner>(message.bytes);
      const { registrationId } = inner;
      if (
        !knownDevices.some((known) => known.id === from.device && known.registrationId === registrationId)
      ) {
        return { outcome: 'unknown-device' };
      }
      const key = addressKey(from.account, from.device);
      const before = await read<Sessions>('session', key);
      const all = before?.registrationId === registrationId ? before.sessions : [];
      const session = all.find(({ id }) => id === inner.session);
      const changes: RatchetChange[] = [];
      if (session === undefined) {
        if (inner.handshake === undefined) return { outcome: 'no-session' };
        const { signed, oneTime } = inner.handshake;
        const gone =
          (await reader.get('signed-pre-key', String(signed))) === undefined ||
          (oneTime !== undefined && (await reader.get('pre-key', String(oneTime))) === undefined);
        if (gone) return { outcome: 'no-pre-key' };
        if (oneTime !== undefined) changes.push(change('pre-key', String(oneTime), null));
      } else if (session.received.includes(inner.counter)) return { outcome: 'duplicate' };
      const opened: Session = {
        ...(session ?? { id: inner.session, sent: 0, received: [] }),
        received: [...(session?.received ?? []), inner.counter],
        confirmed: true,
      };
      const sessions = [opened, ...all.filter(({ id }) => id !== opened.id)];
      changes.push(change('session', key, { registrationId, sessions } satisfies Sessions));
      return {
        outcome: 'decrypted',
        plaintext: fromBase64(inner.plaintext),
        first: session === undefined,
        changes,
      };
    },
    async closeSession(address) {
      return [change('session', addressKey(address.account, address.device), null)];
    },
  };
}
