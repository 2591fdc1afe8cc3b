// Builds into dist.new, compresses, keeps the files of the build before for pages still open, then swaps.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

process.chdir(new URL("..", import.meta.url).pathname);
const KEPT_MS = 7 * 86_400_000;
const quality = process.env.DESK_LENIENT === "1" ? 5 : 11;

rmSync("dist.new", { recursive: true, force: true });
const vite = spawnSync(
  process.execPath,
  ["node_modules/vite/bin/vite.js", "build", "--outDir", "dist.new", "--emptyOutDir", "--logLevel", "warn"],
  { stdio: "inherit" },
);
if (vite.status !== 0) process.exit(vite.status ?? 1);

const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
for (const file of walk("dist.new/assets")) {
  if (!/\.(js|css|svg)$/.test(file)) continue;
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
if (existsSync("dist/assets")) {
  mkdirSync("dist.new/assets", { recursive: true });
  for (const name of readdirSync("dist/assets")) {
    const old = join("dist/assets", name);
    const target = join("dist.new/assets", name);
    if (existsSync(target) || Date.now() - statSync(old).mtimeMs > KEPT_MS) continue;
    cpSync(old, target, { preserveTimestamps: true });
  }
}
rmSync("dist.old", { recursive: true, force: true });
if (existsSync("dist")) renameSync("dist", "dist.old");
renameSync("dist.new", "dist");
rmSync("dist.old", { recursive: true, force: true });
