/** Compiles warp.as to warp.wasm: `node --import tsx models/render/wasm/build.ts`. A test compiles it again and compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The part of the compiler that is used. Its own types are not, because they replace the global `console` everywhere. */
interface Compiler {
  main(
    args: string[],
    files: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array | string): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

const OPTIONS = [
  '-Ospeed',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--importMemory',
];

/** @returns the module's bytes, the same for the same source and compiler version */
export async function compileWarp(): Promise<Uint8Array> {
  const source = await readFile(new URL('./warp.as', import.meta.url), 'utf8');
  const { default: asc } = (await import('assemblyscript/asc' as string)) as { default: Compiler };
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['warp.ts', '--outFile', 'warp.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'warp.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'warp.wasm') wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`warp.as does not compile:\n${stderr.toString()}`, { cause: error });
  return wasm;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('./warp.wasm', import.meta.url), await compileWarp());
}
