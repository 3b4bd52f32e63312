import { utf8 } from '@sotto/bytes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLibsignalWorld, type LibsignalWorld } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { speakHttp } from './_test-relay.ts';
import { download, post } from './_uploads.ts';

speakHttp(2);
let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

it('a sticker pack goes up by the forms that the official client asks for, which it can by gRPC only', async () => {
  const chat = await world.connect(await world.newPerson(), new MailListener());
  const forms = await chat.getStickerUploadForms({ numberOfStickers: 3 });
  expect(forms.stickerUploadForms).toHaveLength(3);
  for (const form of [forms.manifestUploadForm, ...forms.stickerUploadForms]) {
    expect((await post(world.relay, form, utf8(form.key))).status).toBe(204);
    const { body } = await download(world.relay, form.key);
    expect(Buffer.from(body).toString()).toBe(form.key);
  }
  expect(forms.manifestUploadForm.key).toBe(`stickers/${forms.packId}/manifest.proto`);
  await chat.disconnect();
});
