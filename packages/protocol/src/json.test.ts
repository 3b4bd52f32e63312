import { asBytes, concatBytes, utf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { MAX_REPLY_BYTES } from './onion/constants.ts';
import { decodeLayerFrame } from './onion/layer-frame.ts';
import { decodeServerReply, decodeServerRequest } from './onion/server-message.ts';

/** So many empty values in a list, which cost a parser far more memory than they have bytes. */
function crowd(count: number): string {
  return `[${'{},'.repeat(count - 1)}{}]`;
}

describe('a JSON body', () => {
  it('holds as many values as the longest honest reply, and no crowd of empty ones', () => {
    const messages = Array.from({ length: 80_000 }, () => ({
      hash: '',
      timestamp: 1,
      expiration: 2,
      data: '',
    }));
    expect(parseJson(utf8(JSON.stringify({ messages })), MAX_REPLY_BYTES)).toEqual({ messages });
    expect(() => parseJson(utf8(crowd(600_000)), MAX_REPLY_BYTES)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'bad-json' }),
    );
  });

  it('counts no commas and brackets inside its texts', () => {
    const text = `${'[,{'.repeat(400_000)}\\"`;
    expect(parseJson(utf8(JSON.stringify([text])), MAX_REPLY_BYTES)).toEqual([text]);
  });

  it('knows where a text ends that ends with a backslash', () => {
    const texts = ['\\', '\\"', '\\\\', '"', ''];
    expect(parseJson(utf8(JSON.stringify(texts)))).toEqual(texts);
    const hidden = JSON.stringify(['\\']).replace(']', `,${crowd(600_000)}]`);
    expect(() => parseJson(utf8(hidden), MAX_REPLY_BYTES)).toThrow(
      expect.objectContaining({ code: 'bad-json', message: 'the body has too many values' }),
    );
    expect(() => parseJson(utf8('["open'))).toThrow(expect.objectContaining({ code: 'bad-json' }));
  });

  it.each<[string, (json: string) => unknown]>([
    ['a layer', (json) => decodeLayerFrame(concatBytes(new Uint8Array(4), utf8(json)))],
    ['the head of a request', (json) => decodeServerRequest(listOf(json))],
    ['the head of a reply', (json) => decodeServerReply(listOf(json))],
  ])('beside bytes has few members, however much white space: %s', (_name, read) => {
    const members = Array.from({ length: 300 }, (_, index) => `"x${index}":0`).join(',');
    const fit = '{"code":200,"method":"GET","endpoint":"/","headers":{}}';
    expect(() => read(fit.padEnd(200_000))).not.toThrow();
    expect(() => read(fit.replace('{', `{${members},`))).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'bad-json' }),
    );
  });

  function listOf(head: string): Uint8Array {
    return asBytes(utf8(`l${head.length}:${head}0:e`));
  }
});
