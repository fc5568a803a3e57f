import { join } from 'node:path';
import { createAnimator, hasBones } from './animate/index.ts';
import { PipelineError } from './errors.ts';
import { cropMask, type Framed, padMask, toInside, toWhole, unframe, widened } from './frame.ts';
import { lazily } from './lazily.ts';
import { likeliest } from './likeliest.ts';
import { createLocator, type OpenVocabulary } from './locate/index.ts';
import { decodeMask, decodePicture, encodePng } from './picture.ts';
import {
  around,
  createRenderer,
  type Format,
  type Rendered,
  type RenderReport,
  union,
} from './render/index.ts';
import { runOnCuda } from './session.ts';
import { animateAll, type MotionReports } from './several.ts';
import { Stopwatch, type Timing } from './stopwatch.ts';
import { subjectsOf } from './subjects.ts';
import { decodeAudio } from './transcribe/audio.ts';
import { createTranscriber, wordsOf } from './transcribe/index.ts';
import type { Abort, Click, Command, Hooks, Language, Note, Region, Stage, Transcript } from './types.ts';
import { createUnderstander } from './understand/index.ts';
import { ensureWeights } from './weights.ts';

/** Where it reads and keeps what is not in the repository. */
export interface PipelineOptions {
  /** Folder of the downloaded speech weights. */
  cacheDir: string;
  /** Name of the speech weights, or their folder: see `ensureWeights`. */
  speech: string;
  /** Path of an ffmpeg binary; only with it can webm be asked for. */
  ffmpeg?: string;
  /** Run the networks on an NVIDIA GPU. */
  cuda?: boolean;
  /** Names of models on the Hugging Face hub that help to find things; all absent: none is used. */
  openVocabulary?: Omit<OpenVocabulary, 'cacheDir'>;
}

/** The words of a command: a recording or a text. With both absent only a click says what is meant. */
export interface Words {
  audio?: Uint8Array;
  command?: string;
  language?: Language;
}

export interface RegionRequest extends Words {
  image: Uint8Array;
  /** Fractions 0..1 of the picture's width and height. */
  clicks: Click[];
  /** The caller's own mask: any picture of the image's shape, white is inside. */
  mask?: Uint8Array;
  /** Long side of the working picture in pixels. */
  size: number;
}

export interface AnimationRequest extends RegionRequest {
  magnitude: number;
  seed: number;
  seconds: number;
  fps: number;
  format: Format;
  loop: boolean;
  /** Also draw a contact sheet. */
  sheet?: boolean;
}

/** Called as the stages find things out; `fraction` is 0..1 of one stage. */
export interface PipelineHooks {
  progress(stage: Stage, fraction: number): void;
  found(findings: { transcript?: Transcript; command?: Command; region?: RegionView; notes?: Note[] }): void;
  /** Told of each piece of work in a stage once it is over. */
  timed?(timing: Timing): void;
  abort: Abort;
}

/** What was found, without its pixels; boxes are fractions of the picture. */
export interface RegionView {
  label?: string;
  score: number;
  source: Region['source'];
  /** Around all of it. */
  box: Region['box'];
  /** How many things were meant, where it is more than one. */
  count?: number;
  alternatives: Region['alternatives'];
  candidates?: Region['candidates'];
}

export interface AnimationResult {
  rendered: Rendered;
  /** PNG. */
  mask: Uint8Array;
  report: RenderReport & MotionReports & { seed: number; msPerStage: Record<string, number> };
}

/**
 * The stages in order. One pipeline serves one job at a time (its models hold state while they run); it is loaded
 * once and then used for many jobs. All methods throw PipelineError for what the caller can mend.
 */
export interface Pipeline {
  command(request: Words, hooks: PipelineHooks): Promise<Command>;
  /** @returns the silhouette as PNG */
  region(request: RegionRequest, hooks: PipelineHooks): Promise<Uint8Array>;
  animate(request: AnimationRequest, hooks: PipelineHooks): Promise<AnimationResult>;
}

export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  if (options.cuda) runOnCuda();
  const understander = await createUnderstander();
  const cacheDir = join(options.cacheDir, 'hub');
  const locator = await createLocator({ ...options.openVocabulary, cacheDir });
  const animator = await createAnimator();
  const renderer = await createRenderer({ ffmpeg: options.ffmpeg });

  // Speech weights are the one thing that is fetched, so they are loaded when somebody first speaks.
  const speech = lazily(async () =>
    createTranscriber({ weightsDir: await ensureWeights(options.speech, { cacheDir: options.cacheDir }) }),
  );

  /** transcribe */
  async function hear(
    request: Words,
    seen: string[],
    hooks: PipelineHooks,
  ): Promise<{ text?: string; language?: Language }> {
    if (!request.audio) return { text: request.command, language: request.language };
    hooks.progress('transcribe', 0);
    const audio = await decodeAudio(request.audio);
    const heard = await (await speech()).transcribe(audio, {
      language: request.language,
      abort: hooks.abort,
    });
    const transcript = await likeliest(heard, seen, understander);
    hooks.found({ transcript });
    hooks.progress('transcribe', 1);
    return wordsOf(transcript);
  }

  /** transcribe -> understand */
  async function read(
    request: Words,
    seen: string[],
    hooks: PipelineHooks,
    watch: Stopwatch,
  ): Promise<Command | undefined> {
    const words = await watch.time('transcribe', () => hear(request, seen, hooks));
    if (words.text === undefined) return undefined;
    hooks.abort.throwIfAborted();
    const command = await watch.time('understand', () =>
      understander.understand(words.text!, { language: words.language, seen }),
    );
    hooks.found({ command });
    hooks.progress('understand', 1);
    return command;
  }

  /** transcribe -> understand, where a bare name ("the left dog", 左边的狗) is enough, as it is for a region. */
  async function readName(
    request: Words,
    seen: string[],
    hooks: PipelineHooks,
    watch: Stopwatch,
  ): Promise<Command | undefined> {
    const { text, language } = await watch.time('transcribe', () => hear(request, seen, hooks));
    if (text === undefined) return undefined;
    return watch.time('understand', async () => {
      const plainest = /\p{Script=Han}/u.test(text) ? `让${text}动` : `move ${text}`;
      try {
        const command = await understander.understand(text, { language, seen });
        if (command.object?.label) return command;
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
      }
      return understander.understand(plainest, { language, seen });
    });
  }

  /** decode, then `reader`, then locate; the detector looks first, because what it sees helps to understand. */
  async function find(request: RegionRequest, reader: typeof read, hooks: PipelineHooks, watch: Stopwatch) {
    const decoded = await watch.time('decode', () => decodePicture(request.image, { size: request.size }));
    const { notes } = decoded;
    if (notes.length) hooks.found({ notes });
    const framed = unframe(decoded.picture);
    const { picture } = framed;
    const drawn = request.mask && (await decodeMask(request.mask, decoded.picture, decoded.original));
    const mask = drawn && cropMask(drawn, framed);
    const detections = await watch.time('locate', () => locator.detect(picture));
    hooks.abort.throwIfAborted();
    const labels = detections.map((it) => it.label);
    const command = await reader(request, labels, hooks, watch);
    hooks.progress('locate', 0);
    const clicks = request.clicks.map((click) => ({ ...click, ...toInside(click, framed) }));
    const subjects = await watch
      .time('locate', () =>
        subjectsOf(locator, { picture, clicks, mask, detections }, command, { abort: hooks.abort }),
      )
      .catch((error) => {
        if (error instanceof PipelineError && error.seen)
          error.seen.candidates = onWhole(error.seen.candidates as Region['candidates'], framed);
        throw error;
      });
    hooks.found({ region: viewOf(subjects, framed) });
    hooks.progress('locate', 1);
    return { framed, subjects };
  }

  return {
    async command(request, hooks) {
      const command = await read(request, [], hooks, new Stopwatch(hooks.timed));
      return command!;
    },

    async region(request, hooks) {
      const { framed, subjects } = await find(request, readName, hooks, new Stopwatch(hooks.timed));
      return encodePng(maskOf(subjects, framed));
    },

    async animate(request, hooks) {
      const watch = new Stopwatch(hooks.timed);
      const { framed, subjects } = await find(request, read, hooks, watch);
      const { picture } = framed;
      hooks.abort.throwIfAborted();
      hooks.progress('animate', 0);
      // The networks that move bones take a while, in which what they move can be cut out.
      for (const one of subjects) if (hasBones(one, one.command)) renderer.expect(picture, one);

      const animated = await watch.time('animate', () =>
        animateAll(animator, { ...request, picture }, subjects, stageHooks(hooks, 'animate')),
      );
      if (animated.notes.length) hooks.found({ notes: animated.notes });
      hooks.abort.throwIfAborted();
      hooks.progress('render', 0);

      const rendered = await watch.time('render', () =>
        renderer.render({ ...request, framed, moving: animated.moving }, stageHooks(hooks, 'render')),
      );
      const moved = animated.moving.map(({ region }) => region);
      const mask = await encodePng(maskOf(moved, framed));
      const msPerStage = watch.milliseconds();
      return {
        rendered,
        mask,
        report: { ...rendered.report, ...animated.report, seed: request.seed, msPerStage },
      };
    },
  };
}

function stageHooks(hooks: PipelineHooks, stage: Stage): Hooks {
  return { abort: hooks.abort, progress: (fraction) => hooks.progress(stage, fraction) };
}

/** The silhouettes of all regions in one mask of the whole picture. */
const maskOf = (regions: Region[], framed: Framed) =>
  padMask(
    union(
      regions.map(({ mask }) => mask),
      framed.picture,
    ),
    framed,
  );

function viewOf(regions: Region[], framed: Framed): RegionView {
  const [region] = regions;
  const fraction = (box: Region['box']) => toWhole(box, framed);
  return {
    label: region.label,
    score: region.score,
    source: region.source,
    box: fraction(around(regions.map(({ box }) => box))),
    ...(regions.length > 1 && { count: regions.length }),
    alternatives: region.alternatives.map((it) => ({ ...it, box: fraction(it.box) })),
    candidates: onWhole(region.candidates, framed),
  };
}

const onWhole = <T extends { box: Region['box'] }>(things: T[] | undefined, framed: Framed) =>
  things?.map((it) => ({ ...it, box: widened(it.box, framed) }));
