import type { RawImage } from '@huggingface/transformers';
import { PipelineError } from '../../errors.ts';
import type { Picture } from '../../types.ts';

type Transformers = typeof import('@huggingface/transformers');

/** A model on the Hugging Face hub in the layout of transformers.js: config.json, preprocessor_config.json, onnx/ ... */
export interface HubModel {
  /** "Xenova/slimsam-77-uniform", or the absolute path of a folder. */
  name: string;
  /** Folder in which downloads are kept, one folder for each name; what lies there is not looked for on the hub. */
  cacheDir: string;
}

/** What every from_pretrained() takes. */
export interface LoadOptions {
  dtype: 'fp32';
  session_options: { intraOpNumThreads: number; interOpNumThreads: number };
}

/**
 * Loads a model, from the cache or, the first time, from the hub.
 * Throws PipelineError `optional_package_missing`, `weights_unavailable`.
 */
export async function fromHub<T>(
  { name, cacheDir }: HubModel,
  load: (hub: Transformers, name: string, options: LoadOptions) => Promise<T>,
): Promise<T> {
  const hub = await importHub();
  // Not an option of the calls: pipeline() looks for its files before it reads its options.
  hub.env.cacheDir = cacheDir;
  try {
    return await load(hub, name, {
      dtype: 'fp32',
      session_options: { intraOpNumThreads: 2, interOpNumThreads: 1 },
    });
  } catch (cause) {
    throw unavailable(name, cause as Error);
  }
}

/** Only where a model of the hub is asked for: the package is not part of a production installation. */
async function importHub(): Promise<Transformers> {
  try {
    const hub = await import('@huggingface/transformers');
    hub.env.logLevel = hub.LogLevel.ERROR;
    return hub;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw missing(cause);
  }
}

/** The picture as the package takes it. */
export const rawImage = (hub: Transformers, { data, width, height }: Picture): RawImage =>
  new hub.RawImage(data, width, height, 3);

const PACKAGE = '@huggingface/transformers';
const INSTALL = `npm install --save-prod ${PACKAGE}`;

const missing = (cause: unknown) =>
  new PipelineError(
    'optional_package_missing',
    {
      en: `This service is set up to use a model of the Hugging Face hub, but the package ${PACKAGE} is not installed. Its operator can install it: ${INSTALL}`,
      zh: `本服务配置为使用 Hugging Face hub 上的模型，但未安装软件包 ${PACKAGE}。运营者可以这样安装：${INSTALL}`,
    },
    { cause },
  );

const unavailable = (name: string, cause: Error) =>
  new PipelineError(
    'weights_unavailable',
    {
      en: `The model "${name}" could not be loaded (${cause.message.split('\n')[0]}). Check the name and the network, then try again.`,
      zh: `无法加载模型“${name}”（${cause.message.split('\n')[0]}）。请检查名称和网络，然后重试。`,
    },
    { cause },
  );
