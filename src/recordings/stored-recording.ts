import { isUtf8 } from 'node:buffer';
import type { HttpOutcome, HttpRequest } from '#engine/index.ts';
import type { ExecutionRecordings, RecordedMessage } from '#executions/stored/index.ts';
import { decodeRecording } from './format/recording-file.ts';
import { harOf } from './har/har-of.ts';
import { Masker } from './masking/masker.ts';
import { secretNames } from './masking/secret-names.ts';
import { secretNamesSetting } from './settings.ts';

/** Reads recordings that are stored with their executions, from the bytes of their effects files. */
export const storedRecordings: ExecutionRecordings = {
  har: (bytes, name) => harOf(decodeRecording(asBuffer(bytes), name)),
  withoutSecrets(json, settings) {
    const masker = new Masker(secretNames(settings.get(secretNamesSetting)));
    masker.learnText(json);
    return masker.json(json);
  },
  inside(bytes, name) {
    const { turns, progress, logs, effects } = decodeRecording(asBuffer(bytes), name);
    return {
      turns: turns ?? [],
      progress,
      logs,
      effects: effects.map(({ number, request, outcome, hasBodies }) => ({
        number,
        request: request && messageOf(request, hasBodies),
        response: outcome !== null && 'answer' in outcome ? messageOf(outcome.answer, hasBodies) : null,
      })),
    };
  },
};

type Answer = Extract<HttpOutcome, { readonly answer: unknown }>['answer'];

function messageOf({ headers, body }: Pick<HttpRequest | Answer, 'headers' | 'body'>, hasBodies: boolean): RecordedMessage {
  return { headers, body: hasBodies && body !== null && body.byteLength > 0 ? bodyOf(asBuffer(body)) : null };
}

function bodyOf(bytes: Buffer): RecordedMessage['body'] {
  return isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
