import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Wheel {
  url: string;
  sha256: string;
}

const run = promisify(execFile);

/**
 * Asks pip where packages are, without downloading them, so that the download can show progress and be resumed. Which
 * index that is stays pip's business. Older pips would fetch a whole wheel to look inside, so a current one does the
 * asking; it runs from its own wheel and is not installed.
 * @param packages exact versions, "name==1.0.0"
 * @param folder keeps pip's wheel
 * @param python command that starts Python
 * @throws Error where Python or pip is missing, or the index cannot be reached
 */
export async function findWheels(
  packages: string[],
  { folder, python, signal }: { folder: string; python: string; signal?: AbortSignal },
): Promise<Wheel[]> {
  const pip = await fetchPip(folder, python, signal);
  const asking = ['install', '--dry-run', '--report', '-', '--use-feature=fast-deps'];
  const alone = ['--no-deps', '--ignore-installed', '--no-cache-dir', '--target', folder];
  const { stdout } = await run(python, [pip, ...QUIET, ...asking, ...alone, ...packages], {
    signal,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout).install.map(
    (item: { download_info: { url: string; archive_info: { hashes: { sha256: string } } } }) => ({
      url: item.download_info.url,
      sha256: item.download_info.archive_info.hashes.sha256,
    }),
  );
}

const QUIET = ['--quiet', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '2'];

async function fetchPip(folder: string, python: string, signal?: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true });
  await run(python, ['-m', 'pip', ...QUIET, 'download', '--no-deps', '--dest', folder, 'pip>=23,<27'], {
    signal,
  });
  const wheels = (await readdir(folder)).filter((name) => /^pip-.*\.whl$/.test(name)).sort();
  // A wheel is a zip, and Python runs a package inside a zip.
  return join(folder, wheels.at(-1)!, 'pip');
}
