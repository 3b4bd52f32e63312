import { describe, expect, it } from 'vitest';
import { mustBeAnswer, readAnswers } from './relay-answers.ts';

const JSON_TYPE = 'Content-Type: application/json\r\n';
const answer = (status: number, body = '', headers = ''): string =>
  `HTTP/1.1 ${status} So\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const judge = (said: string): void => {
  for (const one of readAnswers(said)) mustBeAnswer(one);
};

describe('answers of a relay', () => {
  it('are read one by one, whatever form they have', () => {
    const chunked = 'HTTP/1.1 400 So\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n';
    const head = 'HTTP/1.1 404 So\r\nContent-Length: 9\r\n\r\n';
    const said = [answer(200, 'one'), head, chunked, 'HTTP/1.1 100 Continue\r\n\r\n', answer(401)].join('');
    expect(readAnswers(said).map(({ status, body }) => [status, body])).toEqual([
      [200, 'one'],
      [404, ''],
      [400, 'ab'],
      [401, ''],
    ]);
    expect(readAnswers('')).toEqual([]);
  });

  it('are good where they have the form of what they refuse', () => {
    judge(answer(401));
    judge(answer(409, '{"missingDevices":[1],"extraDevices":[]}', JSON_TYPE));
    judge(answer(412, 'no such version\n', 'Content-Type: text/plain; charset=utf-8\r\n'));
    judge(answer(400, 'Invalid ciphertext', 'Content-Type: text/plain\r\n'));
  });

  it.each([
    ['a failure', answer(500)],
    ['a status of nobody’s', answer(417)],
    ['a body where none is', answer(422, '{}', JSON_TYPE)],
    ['no JSON', answer(409, 'different', JSON_TYPE)],
    ['no object', answer(409, '7', JSON_TYPE)],
    ['a page', answer(400, '<p>no', 'Content-Type: text/html\r\n')],
    ['more than an answer', `${answer(401)}more`],
    ['what is none', 'HTTP/1.1 40'],
  ])('are a finding when they are %s', (_what, said) => {
    expect(() => judge(said)).toThrow(expect.objectContaining({ name: 'Broken' }));
  });
});
