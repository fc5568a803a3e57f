/** `npm run -s webhook-keys`: replaces the service's Ed25519 key. The old one signs and is published for 7 more days. */
import { loadConfig } from '../infra/config.ts';
import { openAdapters } from './adapters.ts';

const adapters = await openAdapters(loadConfig(process.env));
const keys = await adapters.keyring.rotateKeys();
for (const { kid } of keys) console.log(kid);
await adapters.close();
