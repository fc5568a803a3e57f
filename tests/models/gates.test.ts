/**
 * The checks of the report over eight pictures and four motions each, moved by the models themselves. The gates are those of
 * ARCHITECTURE.md, "Renderer"; what a single picture may miss, and why, is said where it is allowed.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createPipeline, type PipelineHooks } from '../../models/pipeline.ts';
import type { RenderReport } from '../../models/render/index.ts';

const hooks: PipelineHooks = {
  progress: () => undefined,
  found: () => undefined,
  abort: new AbortController().signal,
};
const photo = (name: string) => readFile(new URL(`../../examples/photos/${name}`, import.meta.url));

/** Picture, where to click or the name of its mask, what it does. */
const CASES: [string, [number, number] | 'mask', string, string[]][] = [
  ['chelsea', [0.5, 0.5], 'cat', ['turn its head', 'nod', 'shake its head', 'breathe']],
  ['astronaut', [0.42, 0.6], 'woman', ['nod', 'shake her head', 'breathe', 'sway']],
  ['rocket', [0.49, 0.5], 'rocket', ['launch', 'shake', 'drift to the left', 'float']],
  ['coffee', [0.5, 0.4], 'cup', ['bounce', 'shake', 'float', 'drift to the left']],
  ['fox', 'mask', 'fox', ['run', 'nod', 'jump', 'eat']],
  ['horse', 'mask', 'horse', ['run', 'eat', 'wag its tail', 'turn its head']],
  ['husky', 'mask', 'dog', ['walk', 'wag its tail', 'jump', 'shake its head']],
  ['yeti', 'mask', 'person', ['wave', 'dance', 'jump', 'nod']],
];
/** Plain ground (a sky, a backdrop), while the ring around the hole holds other things: their textures cannot be compared. */
const PLAIN = new Set(['fox', 'horse', 'husky', 'yeti', 'astronaut', 'rocket']);

const pipeline = await createPipeline({ cacheDir: 'none', speech: 'whisper-base' });
const rows: string[] = [];
for (const [name, where, noun, motions] of CASES) {
  test(`${name}: still outside, whole inside, smooth in time`, async (t) => {
    const image = await photo(`${name}.jpg`);
    const target = where === 'mask' ? { clicks: [], mask: await photo(`${name}-mask.png`) } : clickAt(where);
    for (const motion of motions) {
      await t.test(motion, async () => {
        const { report } = await pipeline.animate(
          { image, ...target, command: `make the ${noun} ${motion}`, ...CLIP },
          hooks,
        );
        rows.push(row(`${name} ${motion}`, report));
        judge(report, PLAIN.has(name), LIMBS.has(motion));
      });
    }
  });
}

const CLIP = { magnitude: 1, seed: 3, seconds: 1, fps: 8, size: 448, format: 'gif', loop: false } as const;
const clickAt = ([x, y]: [number, number]) => ({ clicks: [{ x, y }] });

/** Limbs bend sharply at their joints and pass in front of one another, where the cells between them shear. */
const LIMBS = new Set(['run', 'walk', 'jump', 'wave', 'dance']);

function judge(report: RenderReport, plain: boolean, limbs: boolean): void {
  assert.equal(report.outside, 0);
  assert.equal(report.firstFrame, 0);
  assert.ok(report.motion > 0.2, `it moves: ${report.motion} px`);
  assert.ok(report.folds <= 0.01, `folds ${report.folds}`);
  assert.ok(report.stretch.max <= (limbs ? 2.2 : 1.6), `stretch ${report.stretch.max}`);
  assert.ok(report.stretch.min >= (limbs ? 0.25 : 0.5), `squeeze ${report.stretch.min}`);
  assert.ok(report.sharpness >= 0.65, `sharpness ${report.sharpness}`);
  assert.ok(plain || report.texture >= 0.5, `texture ${report.texture}`);
  assert.ok(report.kink <= 1.5, `kink ${report.kink}`);
  assert.ok(report.flicker <= 4, `flicker ${report.flicker}`);
}

/** A line of the table for LOG.md; the test prints them as diagnostics. */
function row(
  name: string,
  { folds, stretch, sharpness, texture, kink, flicker, motion }: RenderReport,
): string {
  const cells = [folds, stretch.max, stretch.min, sharpness, texture, kink, flicker, motion];
  return `| ${name} | ${cells.map((value) => value.toFixed(2)).join(' | ')} |`;
}

test('the table', (t) => {
  for (const line of rows) t.diagnostic(line);
  assert.equal(rows.length, 32);
});
