/**
 * `tsx tests/cloud/invoke.ts NAME < EVENT`: hands one event to a function as it is deployed, in a process of its own, which
 * ends as soon as the function has: where Lambda would freeze it.
 */
import { json, text } from 'node:stream/consumers';
import { bundled } from './cloud.ts';
import { invoke } from './lambda.ts';

const name = process.argv[2];
const { handler } = await bundled(name);
const event = await json(process.stdin);
if (name === 'http') {
  const { body, ended } = await invoke(handler, event as Parameters<typeof invoke>[1]);
  const answer = await text(body);
  await ended;
  process.stdout.write(answer, () => process.exit());
} else {
  const answer = await (handler as (event: unknown) => Promise<unknown>)(event);
  process.stdout.write(JSON.stringify(answer ?? null), () => process.exit());
}
