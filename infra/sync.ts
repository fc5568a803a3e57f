import { open } from 'node:fs/promises';

/** Brings a folder's names onto the disk, so that a rename in it survives a power failure (see fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined; // removed since, with all that was in it
    throw error;
  });
  try {
    await folder?.sync();
  } finally {
    await folder?.close();
  }
}
