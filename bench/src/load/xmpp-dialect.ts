import { connect } from 'node:net';
import type { Dialect } from './dialect.ts';
import { joinedWriter } from './joined-writer.ts';
import { type Stanza, XmlStream } from './xml-stream.ts';

const OPEN =
  "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const BIND = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
const SM = "xmlns='urn:xmpp:sm:3'";

/**
 * XMPP with stream management (XEP-0198): each side acknowledges every stanza. Users log in anonymously,
 * which spares the server the accounts.
 */
export const xmppDialect: Dialect = {
  connect: (port, _index, hearer) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const join = joinedWriter(socket);
      const write = (text: string): void => join(Buffer.from(text, 'latin1'));
      const waiting: (() => void)[] = [];
      let [address, loggedIn, heard, taken] = ['', false, 0, 0];
      const stanzas: Readonly<Record<string, (stanza: Stanza) => void>> = {
        'stream:features': () =>
          write(loggedIn ? BIND : "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"),
        success: () => {
          loggedIn = true;
          write(OPEN);
        },
        iq: ({ text }) => {
          address = /<jid>([^<]*)<\/jid>/.exec(text)?.[1] ?? '';
          write(`<enable ${SM}/><presence/>`);
        },
        enabled: () =>
          resolve({
            address,
            send: (to, text, accepted) => {
              waiting.push(accepted);
              write(`<message to='${to}' type='chat'><body>${text}</body></message><r ${SM}/>`);
            },
            close: async () => void socket.destroy(),
          }),
        message: ({ text }) => {
          write(`<a ${SM} h='${++heard}'/>`);
          if (text.includes("type='error'")) hearer.failed('XMPP sent a message back');
          hearer.message(/<body>([^<]*)<\/body>/.exec(text)?.[1] ?? '');
        },
        presence: () => void heard++,
        r: () => write(`<a ${SM} h='${heard}'/>`),
        a: ({ tag }) => {
          // The first stanza that counts is our own presence.
          const messages = Number(/h=['"](\d+)['"]/.exec(tag)?.[1] ?? 0) - 1;
          for (; taken < messages; taken++) waiting.shift()?.();
        },
      };
      const stream = new XmlStream((stanza) => {
        const handle = stanzas[stanza.name];
        if (handle === undefined) reject(new Error(`XMPP said ${stanza.name}`));
        else handle(stanza);
      });
      socket.on('data', (data) => stream.read(data.toString('latin1')));
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error('the XMPP server hung up'));
        hearer.failed('the XMPP server hung up');
      });
      write(OPEN);
    }),
};
