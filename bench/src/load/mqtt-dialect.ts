import { connect } from 'node:net';
import type { Dialect } from './dialect.ts';
import { joinedWriter } from './joined-writer.ts';
import { MQTT, MqttReader, mqttPacket, mqttText, packetId } from './mqtt-packets.ts';

/** MQTT 3.1.1 with QoS 1 on both legs and persistent sessions: `sotto/<n>` is the mailbox of user n. */
export const mqttDialect: Dialect = {
  connect: (port, index, hearer) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const write = joinedWriter(socket);
      const topic = `sotto/${index}`;
      const waiting = new Map<number, () => void>();
      let sent = 0;
      const reader = new MqttReader((type, flags, body) => {
        if (type === MQTT.connack) {
          if (body[1] !== 0) reject(new Error(`MQTT login refused: ${body[1]}`));
          write(mqttPacket(MQTT.subscribe, 2, packetId(1), mqttText(topic), Buffer.from([1])));
        } else if (type === MQTT.suback) {
          resolve({
            address: topic,
            send: (to, text, accepted) => {
              sent = (sent % 65_535) + 1;
              waiting.set(sent, accepted);
              write(
                mqttPacket(MQTT.publish, QOS_1, mqttText(to), packetId(sent), Buffer.from(text, 'latin1')),
              );
            },
            close: async () => void socket.destroy(),
          });
        } else if (type === MQTT.puback) {
          const id = body.readUInt16BE(0);
          waiting.get(id)?.();
          waiting.delete(id);
        } else if (type === MQTT.publish) {
          if ((flags & DUPLICATE) !== 0) hearer.failed('MQTT delivered twice');
          const end = 2 + body.readUInt16BE(0);
          write(mqttPacket(MQTT.puback, 0, body.subarray(end, end + 2)));
          hearer.message(body.toString('latin1', end + 2));
        }
      });
      socket.on('data', (data) => reader.read(data));
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error('the MQTT broker hung up'));
        hearer.failed('the MQTT broker hung up');
      });
      // No clean session, no keep-alive.
      const head = Buffer.from([4, 0, 0, 0]);
      write(mqttPacket(MQTT.connect, 0, mqttText('MQTT'), head, mqttText(`user-${index}`)));
    }),
};

const QOS_1 = 2;
const DUPLICATE = 8;
