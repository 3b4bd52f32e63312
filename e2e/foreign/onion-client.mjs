// A client of the onion network that knows nothing of this project: libsodium, node:https and the
// protocol's description (reference: session-protocol §2 and §3). It builds every layer by hand.
//
// stdin: one JSON object {nodes: [{ip, https_port, pubkey_ed25519, pubkey_x25519}], path: [i, j],
// steps: [...]}; `path` are the first two hops, the destination is the third. stdout: one JSON object
// a step, with what the destination answered.
import { request } from 'node:https';
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

const TEXT = new TextEncoder();
const hex = (bytes) => sodium.to_hex(bytes);
const base64 = (bytes) => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL);
const base64NoPadding = (bytes) => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL_NO_PADDING);
const fromBase64 = (text) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);

function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `[length u32 little endian][ciphertext][JSON]` */
function frame(blob, json) {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, blob.length, true);
  return concat(length, blob, TEXT.encode(JSON.stringify(json)));
}

/** One layer for one node, with a key pair of its own: BLAKE2b(shared ‖ ephemeral ‖ node), XChaCha20-Poly1305. */
function seal(plaintext, node) {
  const nodeKey = sodium.from_hex(node.pubkey_x25519);
  const pair = sodium.crypto_box_keypair();
  const shared = sodium.crypto_scalarmult(pair.privateKey, nodeKey);
  const key = sodium.crypto_generichash(32, concat(shared, pair.publicKey, nodeKey), null);
  const nonce = sodium.randombytes_buf(24);
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, nonce, key);
  return { blob: concat(nonce, sealed), ephemeral: hex(pair.publicKey), key };
}

function open(sealed, key) {
  const nonce = sealed.subarray(0, 24);
  return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed.subarray(24), null, nonce, key);
}

function post(node, body) {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: node.ip,
        port: node.https_port,
        path: '/onion_req/v2',
        method: 'POST',
        rejectUnauthorized: false,
        headers: { 'user-agent': 'WhatsApp', 'accept-language': 'en-us', 'content-length': body.length },
      },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => resolve({ http: answer.statusCode, body: Buffer.concat(parts) }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Three hops: two that pass on, and the node that answers. `raw` asks for bytes instead of base64. */
async function ask(guard, middle, destination, rpc, { json = false, raw = false, repeat } = {}) {
  let body = repeat?.body;
  let key = repeat?.key;
  if (body === undefined) {
    const control = { headers: '', ...(json ? { json: true } : {}), ...(raw ? { base64: false } : {}) };
    const inner = seal(frame(TEXT.encode(JSON.stringify(rpc)), control), destination);
    key = inner.key;
    const toDestination = {
      destination: destination.pubkey_ed25519,
      ephemeral_key: inner.ephemeral,
      enc_type: 'xchacha20',
    };
    const second = seal(frame(inner.blob, toDestination), middle);
    const toMiddle = {
      destination: middle.pubkey_ed25519,
      ephemeral_key: second.ephemeral,
      enc_type: 'xchacha20',
    };
    const first = seal(frame(second.blob, toMiddle), guard);
    body = frame(first.blob, { ephemeral_key: first.ephemeral, enc_type: 'xchacha20' });
  }
  const answer = await post(guard, body);
  if (answer.http !== 200) return { http: answer.http, text: answer.body.toString(), sent: { body, key } };
  const sealed = raw ? answer.body : fromBase64(answer.body.toString());
  const reply = JSON.parse(new TextDecoder().decode(open(sealed, key)).trimEnd());
  const parsed = json || reply.body === '' ? reply.body : tryJson(reply.body);
  return { http: 200, status: reply.status, body: parsed, sent: { body, key } };
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** BLAKE2b over prefix ‖ key ‖ namespace ‖ data, 43 characters (reference §3.5). */
function hashOf(pubkey, namespace, data) {
  const space = namespace === 0 ? '' : String(namespace);
  return base64NoPadding(
    sodium.crypto_generichash(32, concat(sodium.from_hex(pubkey), TEXT.encode(space), data), null),
  );
}

function signed(secretKey, text) {
  return base64(sodium.crypto_sign_detached(TEXT.encode(text), secretKey));
}

/** Members whose signature over the hash holds under their own key. */
function holders(reply, hash) {
  return Object.entries(reply.swarm ?? {}).filter(
    ([key, { signature }]) =>
      typeof signature === 'string' &&
      sodium.crypto_sign_verify_detached(fromBase64(signature), TEXT.encode(hash), sodium.from_hex(key)),
  ).length;
}

const input = JSON.parse(await new Response(process.stdin).text());
const { nodes } = input;
const [guard, middle] = input.path.map((index) => nodes[index]);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const others = nodes.filter((node) => node !== guard && node !== middle);

// A mailbox of a swarm that neither hop belongs to, and a node that is not of that swarm.
let mailbox;
let members = [];
while (members.length < 2) {
  mailbox = sodium.crypto_sign_keypair();
  mailbox.pubkey = `03${hex(mailbox.publicKey)}`;
  const swarm = await ask(guard, middle, others[0], {
    method: 'get_swarm',
    params: { pubkey: mailbox.pubkey },
  });
  if (swarm.status !== 200) throw new Error(`get_swarm answered ${JSON.stringify(swarm)}`);
  mailbox.swarm = swarm.body.snodes.map(({ pubkey_ed25519 }) => pubkey_ed25519);
  const outside = [guard, middle].every(({ pubkey_ed25519 }) => !mailbox.swarm.includes(pubkey_ed25519));
  members = outside ? others.filter(({ pubkey_ed25519 }) => mailbox.swarm.includes(pubkey_ed25519)) : [];
}
const [member, sibling] = members;
const stranger = others.find((node) => !members.includes(node));
const data = TEXT.encode(input.canary);
const store = (over = {}) => ({
  method: 'store',
  params: {
    pubkey: mailbox.pubkey,
    namespace: 40,
    timestamp: Date.now(),
    ttl: 86_400_000,
    data: base64(data),
    ...over,
  },
});
const ownerOf = (method, extra = '') => {
  const timestamp = Date.now();
  const namespace = method === 'retrieve' ? '40' : '';
  return { timestamp, signature: signed(mailbox.privateKey, `${method}${namespace}${timestamp}${extra}`) };
};
const retrieve = (over = {}) => ({
  method: 'retrieve',
  params: { pubkey: mailbox.pubkey, namespace: 40, ...ownerOf('retrieve'), ...over },
});

print({
  step: 'mailbox',
  pubkey: mailbox.pubkey,
  member: member.pubkey_ed25519,
  swarm: mailbox.swarm.toSorted(),
});

const stored = await ask(guard, middle, member, store());
const hash = hashOf(mailbox.pubkey, 40, data);
print({
  step: 'store',
  http: stored.http,
  status: stored.status,
  sameHash: stored.body?.hash === hash,
  holders: holders(stored.body ?? {}, hash),
  members: Object.keys(stored.body?.swarm ?? {}).toSorted(),
});
const again = await ask(guard, middle, member, store(), { raw: true, json: true });
print({
  step: 'store again, raw and json',
  status: again.status,
  already: again.body?.swarm?.[member.pubkey_ed25519]?.already,
});

const wrong = await ask(guard, middle, stranger, store());
print({
  step: 'wrong swarm',
  status: wrong.status,
  swarm: wrong.body?.snodes?.map(({ pubkey_ed25519 }) => pubkey_ed25519).toSorted(),
});

const read = await ask(guard, middle, member, retrieve());
print({
  step: 'retrieve',
  status: read.status,
  texts: read.body?.messages?.map((message) => new TextDecoder().decode(fromBase64(message.data))),
  hashes: read.body?.messages?.map((message) => message.hash === hash),
});
const rest = await ask(guard, middle, member, retrieve({ last_hash: hash }));
print({ step: 'after last_hash', status: rest.status, messages: rest.body?.messages?.length });
const replica = await ask(guard, middle, sibling, retrieve());
print({ step: 'replica', status: replica.status, messages: replica.body?.messages?.length });

const unsigned = await ask(guard, middle, member, {
  method: 'retrieve',
  params: { pubkey: mailbox.pubkey, namespace: 40 },
});
print({ step: 'unsigned', status: unsigned.status });
const thief = sodium.crypto_sign_keypair();
const stolen = Date.now();
const forged = await ask(
  guard,
  middle,
  member,
  retrieve({ timestamp: stolen, signature: signed(thief.privateKey, `retrieve40${stolen}`) }),
);
print({ step: 'forged', status: forged.status });
const late = Date.now() - 120_000;
const old = await ask(
  guard,
  middle,
  member,
  retrieve({ timestamp: late, signature: signed(mailbox.privateKey, `retrieve40${late}`) }),
);
print({ step: 'old signature', status: old.status });
print({
  step: 'ttl too long',
  status: (await ask(guard, middle, member, store({ ttl: 15 * 86_400_000 }))).status,
});
print({
  step: 'from the future',
  status: (await ask(guard, middle, member, store({ timestamp: Date.now() + 60_000 }))).status,
});

const missing = { ...member, pubkey_ed25519: hex(sodium.randombytes_buf(32)) };
const nobody = await ask(guard, middle, missing, retrieve());
print({
  step: 'next node unknown',
  http: nobody.http,
  names: nobody.text?.includes(missing.pubkey_ed25519) ?? false,
});

const fresh = await ask(guard, middle, member, { method: 'info', params: {} });
const repeated = await ask(guard, middle, member, {}, { repeat: fresh.sent });
print({ step: 'replayed', first: fresh.status, second: repeated.http });

const expiry = Date.now() + 60 * 60_000;
const shortened = await ask(guard, middle, member, {
  method: 'expire',
  params: {
    pubkey: mailbox.pubkey,
    messages: [hash],
    expiry,
    shorten: true,
    signature: signed(mailbox.privateKey, `expireshorten${expiry}${hash}`),
  },
});
print({
  step: 'expire',
  status: shortened.status,
  updated: shortened.body?.swarm?.[member.pubkey_ed25519]?.updated,
});
const asked = Date.now();
const expiries = await ask(guard, middle, member, {
  method: 'get_expiries',
  params: {
    pubkey: mailbox.pubkey,
    messages: [hash],
    timestamp: asked,
    signature: signed(mailbox.privateKey, `get_expiries${asked}${hash}`),
  },
});
print({ step: 'get_expiries', status: expiries.status, same: expiries.body?.expiries?.[hash] === expiry });

const removed = await ask(guard, middle, member, {
  method: 'sequence',
  params: {
    requests: [
      {
        method: 'delete',
        params: {
          pubkey: mailbox.pubkey,
          messages: [hash],
          signature: signed(mailbox.privateKey, `delete${hash}`),
        },
      },
      retrieve(),
    ],
  },
});
print({
  step: 'sequence',
  status: removed.status,
  codes: removed.body?.results?.map(({ code }) => code),
  left: removed.body?.results?.[1]?.body?.messages?.length,
});
const list = await ask(guard, middle, member, {
  method: 'oxend_request',
  params: { endpoint: 'get_service_nodes', params: { active_only: true } },
});
print({
  step: 'get_service_nodes',
  status: list.status,
  nodes: list.body?.result?.service_node_states?.length,
});
