import { createRequire } from 'node:module';
import { withoutNewListeners } from './listeners.ts';

export type OpenCv = typeof import('@techstark/opencv-js');
/** Everything that OpenCV allocates outside the JavaScript heap. */
interface Deletable {
  delete(): void;
}

let loading: Promise<{ cv: OpenCv }> | undefined;

/**
 * OpenCV compiled to WebAssembly, loaded once per thread (about 0.2 s). Boxed, because the module has a `then` method
 * and would keep an `await` going for ever.
 */
export function loadOpenCv(): Promise<{ cv: OpenCv }> {
  loading ??= withoutNewListeners(async () => {
    const cv = createRequire(import.meta.url)('@techstark/opencv-js');
    if (!cv.Mat)
      await new Promise<void>((resolve) => {
        cv.onRuntimeInitialized = resolve;
      });
    return { cv };
  });
  return loading;
}

/** Runs `work` and frees every matrix that it marked with `own`, also when it throws. */
export function withMats<T>(work: (own: <M extends Deletable>(mat: M) => M) => T): T {
  const owned: Deletable[] = [];
  try {
    return work((mat) => {
      owned.push(mat);
      return mat;
    });
  } finally {
    for (const mat of owned) mat.delete();
  }
}
