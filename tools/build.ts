import { chmodSync, constants, copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withoutNodeImports } from './build/commander-source.ts';
import { addonFor, interpreterOf } from './build/koffi-addon.ts';

/**
 * `npm run build`: dist/ocirun (the executable), dist/koffi.node (its addon, loaded faster from there than from inside
 * the executable) and the library for Node and Bun below dist/src. Works offline.
 */

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await buildExecutable();
buildLibrary();

async function buildExecutable(): Promise<void> {
  // The executable is a copy of the Bun that runs this script, so the addon must fit Bun's C library.
  const { libc, addon } = addonFor(interpreterOf(process.execPath), process.arch, join(root, 'node_modules'));
  const result = await Bun.build({
    entrypoints: [join(root, 'src/main.ts')],
    target: 'bun',
    minify: true,
    bytecode: true,
    // A chunk for each command: modules inside one are joined without wrappers, and the others are not even read.
    splitting: true,
    format: 'esm',
    compile: {
      outfile: `${join(dist, 'ocirun')}.new`,
      // A command ends before compiled code pays: with the usual thresholds the compiler takes 1 to 2 ms of it.
      jitPolicy: 100,
      // The current directory is a bundle that somebody else made: nothing in it may steer this program.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
    define: {
      OCIRUN_LIBC: JSON.stringify(libc),
      OCIRUN_KOFFI_VERSION: JSON.stringify(versionOf('koffi')),
      ...commitDefinition(),
    },
    plugins: [
      {
        name: 'koffi inside the executable',
        setup(build) {
          build.onResolve({ filter: /\/(koffi|plain-write)-package\.ts$/ }, ({ path }) => ({
            path: join(root, 'native-bindings', basename(path).replace('-package.ts', '-embedded.ts')),
          }));
          build.onResolve({ filter: /^ocirun:koffi-addon$/ }, () => ({ path: addon, namespace: 'koffi-addon' }));
          build.onLoad({ filter: /.*/, namespace: 'koffi-addon' }, () => ({
            contents: readFileSync(addon),
            loader: 'file',
          }));
        },
      },
      {
        name: 'commander without its imports from Node',
        setup(build) {
          build.onLoad({ filter: /\/commander\/lib\/command\.js$/ }, ({ path }) => ({
            contents: withoutNodeImports(readFileSync(path, 'utf8')),
            loader: 'js',
          }));
        },
      },
    ],
  });
  for (const log of result.logs) console.error(String(log));
  if (!result.success) process.exit(1);
  // Written in one go the file lies better in the page cache than Bun's, which starts 1 to 2 ms more slowly.
  copyFileSync(`${join(dist, 'ocirun')}.new`, join(dist, 'ocirun'), constants.COPYFILE_EXCL);
  rmSync(`${join(dist, 'ocirun')}.new`);
  copyFileSync(addon, join(dist, 'koffi.node'));
  chmodSync(join(dist, 'koffi.node'), 0o644);
  report('dist/ocirun');
  report('dist/koffi.node');
}

/** The commit that is built, for `ocirun --version`; nothing outside a git work tree. */
function commitDefinition(): Record<string, string> {
  const git = Bun.spawnSync(['git', '-C', root, 'rev-parse', '--verify', 'HEAD'], { stderr: 'ignore' });
  return git.success ? { OCIRUN_COMMIT: JSON.stringify(git.stdout.toString().trim()) } : {};
}

function buildLibrary(): void {
  const tsc = Bun.spawnSync([join(root, 'node_modules/.bin/tsc'), '-p', join(root, 'tsconfig.build.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (!tsc.success) process.exit(1);
  chmodSync(join(dist, 'src/main.js'), 0o755);
  report('dist/src/main.js');
}

function versionOf(packageName: string): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', packageName, 'package.json'), 'utf8')).version;
}

function report(path: string): void {
  console.log(`${path}: ${statSync(join(root, path)).size} bytes`);
}
