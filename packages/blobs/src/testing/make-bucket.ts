import { S3Client, type S3Options } from '../s3/s3-client.ts';

/** Stores find their bucket made. Tests make it. */
export async function makeBucket(options: S3Options): Promise<void> {
  const client = new S3Client(options);
  const answer = await client.send({ method: 'PUT' });
  if (answer.status !== 200) throw await client.unexpected(answer);
  await answer.body.dump();
  client.close();
}
