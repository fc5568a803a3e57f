/** `npm run -s bundle`: the functions of serverless.yml with all they need, for Lambda's Node 22, into out/lambda. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'out/lambda');
const FUNCTIONS = ['http', 'authorizer', 'dead-letter', 'deliver', 'dead-webhook', 'housekeeping'];

/** Packages in the older module format ask for these. */
const BANNER = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

await rm(OUT, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: FUNCTIONS.map((name) => `handlers/${name}.ts`),
  outdir: join(OUT, 'handlers'),
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  banner: { js: BANNER },
  logLevel: 'warning',
});
await writeFile(join(OUT, 'package.json'), '{"type":"module"}\n');
// Swagger UI looks for its pages beside its code: for the logo in ./static, for the others in ../static.
const pages = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');
await cp(pages, join(OUT, 'static'), { recursive: true });
await cp(join(pages, 'logo.svg'), join(OUT, 'handlers/static/logo.svg'));
