/** A process of its own for filesystem.test.ts: counts an object up by conditional writes, N times or for ever. */
import { createFilesystemStore } from '../../infra/store/filesystem.ts';

const [directory, key, times] = process.argv.slice(2);
const store = await createFilesystemStore(directory);
const last = times === 'forever' ? Number.POSITIVE_INFINITY : Number(times);
for (let done = 0; done < last; ) {
  const object = await store.get(key);
  if (!object) throw new Error(`nothing at ${key}`);
  const body = Buffer.from(String(Number(object.body.toString()) + 1));
  try {
    await store.put(key, body, { contentType: 'text/plain', ifMatch: object.etag });
    done += 1;
    if (done === 1) console.log('writing');
  } catch (error) {
    if ((error as { code?: string }).code !== 'precondition_failed') throw error;
  }
}
