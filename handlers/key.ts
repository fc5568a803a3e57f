/** `npm run -s key -- OWNER`: makes an API key. The key is shown once; WAGGLE_API_KEYS takes the line with its hash. */
import { hashKey, newKey, OWNER_PATTERN } from '../infra/keys.ts';

const [owner] = process.argv.slice(2);
if (!owner || !OWNER_PATTERN.test(owner)) {
  console.error('usage: npm run -s key -- OWNER   (a-z 0-9 _ -, at most 64 characters)');
  process.exitCode = 2;
} else {
  const key = newKey();
  console.log(`key (give it to ${owner}, it is not kept):  ${key}`);
  console.log(`for WAGGLE_API_KEYS:  ${owner}:${hashKey(key)}`);
}
