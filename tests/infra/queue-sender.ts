/** A process of its own for local-queue.test.ts: sends messages until it is killed, and says which have been sent. */
import { createLocalQueue } from '../../infra/queue/local.ts';

const [directory] = process.argv.slice(2);
const queue = await createLocalQueue(directory, { maxReceives: 2 });
for (let count = 0; ; count += 1) {
  await queue.send(`message ${count}`);
  process.stdout.write(`message ${count}\n`);
}
