import { readFileSync } from 'node:fs';
import type { Mesh } from './field.ts';
import { APRON, type Cells, type Layer } from './layer.ts';
import type { Window } from './window.ts';

/** A warped layer; views into the rasteriser's memory, valid until the next drawing. */
export interface Canvas {
  /** Premultiplied RGBA as in Layer, [height, width, 4]. */
  texels: Float32Array;
  /** How far what is seen here has moved, pixels; -1 where nothing was drawn. */
  moved: Float32Array;
}

/** Draws one layer on one mesh over and over. */
export interface Rasteriser {
  /** Of the mesh nodes, [rows, columns, 2] pixels; written by the caller before every drawing. */
  displacement: Float32Array;
  /**
   * Draws the layer with every node moved: two triangles a cell, vertices on a lattice of 1/256 px, top-left rule,
   * Catmull-Rom fetch, source-over in the cells' order. Unmoved cells come out exactly as they are.
   */
  draw(): Canvas;
  /** The mean of several drawings (motion blur); `place(k)` sets the displacement of the k-th. */
  drawMean(samples: number, place: (k: number) => void): Canvas;
}

/** The functions of wasm/warp.as. */
interface Exports {
  layer(at: number, rowLength: number, rows: number, x: number, y: number): void;
  target(at: number, movedAt: number, width: number, height: number): void;
  mesh(
    nodes: number,
    kinds: number,
    cells: number,
    columns: number,
    side: number,
    x: number,
    y: number,
    displacement: number,
  ): void;
  draw(): void;
  accumulate(sum: number, sumMoved: number, share: number): void;
}

/** The part of the standard WebAssembly API that is used here; the compiler's library has it only together with the DOM. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  Instance: new (module: object, imports: object) => { exports: object };
};

const compiled = new WebAssembly.Module(readFileSync(new URL('./wasm/warp.wasm', import.meta.url)));

/** @param window of the canvas, in the picture's coordinates */
export function createRasteriser(layer: Layer, mesh: Mesh, cells: Cells, window: Window): Rasteriser {
  // The first kilobyte stays free for the compiler's own data.
  let end = 1024;
  const reserve = (bytes: number) => {
    const at = end;
    end += (bytes + 15) & ~15;
    return at;
  };
  const size = window.width * window.height;
  const floats = mesh.columns * mesh.rows * 2;
  const at = {
    layer: reserve(layer.texels.byteLength),
    canvas: reserve(size * 16),
    moved: reserve(size * 4),
    nodes: reserve(cells.node.byteLength),
    kinds: reserve(cells.kind.byteLength),
    displacement: reserve(floats * 4),
  };
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const raster = instance.exports as unknown as Exports;
  const view = (address: number, length: number) => new Float32Array(memory.buffer, address, length);

  view(at.layer, layer.texels.length).set(layer.texels);
  new Int32Array(memory.buffer, at.nodes, cells.node.length).set(cells.node);
  new Uint8Array(memory.buffer, at.kinds, cells.kind.length).set(cells.kind);
  const { width, height } = layer.window;
  const shiftX = window.x - layer.window.x + APRON;
  const shiftY = window.y - layer.window.y + APRON;
  raster.layer(at.layer, width + 2 * APRON, height + 2 * APRON, shiftX, shiftY);
  raster.target(at.canvas, at.moved, window.width, window.height);
  const [x, y] = [mesh.x - window.x, mesh.y - window.y];
  raster.mesh(at.nodes, at.kinds, cells.node.length, mesh.columns, mesh.step, x, y, at.displacement);

  let views = {
    canvas: view(at.canvas, size * 4),
    moved: view(at.moved, size),
    displacement: view(at.displacement, floats),
  };
  let sums: { texels: number; moved: number } | undefined;
  /** Room for the mean is made when the first fast frame comes; growing the memory replaces every view. */
  const makeRoom = () => {
    const room = { texels: reserve(size * 16), moved: reserve(size * 4) };
    memory.grow(Math.ceil(end / 65536) - memory.buffer.byteLength / 65536);
    views = {
      canvas: view(at.canvas, size * 4),
      moved: view(at.moved, size),
      displacement: view(at.displacement, floats),
    };
    return room;
  };

  return {
    get displacement() {
      return views.displacement;
    },
    draw() {
      raster.draw();
      return { texels: views.canvas, moved: views.moved };
    },
    drawMean(samples, place) {
      sums ??= makeRoom();
      const mean = { texels: view(sums.texels, size * 4), moved: view(sums.moved, size) };
      mean.texels.fill(0);
      mean.moved.fill(-1);
      for (let k = 0; k < samples; k++) {
        place(k);
        raster.draw();
        raster.accumulate(sums.texels, sums.moved, 1 / samples);
      }
      return mean;
    },
  };
}
