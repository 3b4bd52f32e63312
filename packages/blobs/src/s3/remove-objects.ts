import type { S3Client } from './s3-client.ts';

/** Requests at once. Not every store has a call that removes many. */
const AT_ONCE = 8;

/** Remove objects, those too that are not there. */
export async function removeObjects(client: S3Client, names: readonly string[]): Promise<void> {
  const left = [...names];
  const removeSome = async (): Promise<void> => {
    for (let object = left.pop(); object !== undefined; object = left.pop()) {
      const answer = await client.send({ method: 'DELETE', object });
      if (answer.status >= 300 && answer.status !== 404) throw await client.unexpected(answer);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, removeSome));
}
