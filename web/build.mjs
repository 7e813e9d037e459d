// Builds the islands into dist/ with content hashes in their names and writes
// dist/manifest.json ("map.js" -> "map-HASH.js"). The server works without it:
// pages then leave their scripts out.
import { build } from "esbuild";
import { readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const islands = ["map", "timeline", "copylink", "actorpicker", "print", "scale", "network", "reader", "swap"];
const budget = 30 * 1024; // bytes of all islands together, compressed

for (const name of await readdir(dist)) {
  if (name !== ".keep") await rm(join(dist, name), { recursive: true });
}
const result = await build({
  entryPoints: islands.map((name) => join(here, "src", `${name}.ts`)),
  outdir: dist,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  absWorkingDir: here,
  metafile: true,
  write: true,
});

const manifest = {};
for (const [file, out] of Object.entries(result.metafile.outputs)) {
  if (out.entryPoint) manifest[`${basename(out.entryPoint, ".ts")}.js`] = basename(file);
}
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(join(dist, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");

const { readFile } = await import("node:fs/promises");
let total = 0;
for (const [name, file] of Object.entries(sorted)) {
  const size = gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
  total += size;
  console.log(`${name.padEnd(16)} ${String(size).padStart(6)} bytes compressed`);
}
console.log(`${"all islands".padEnd(16)} ${String(total).padStart(6)} bytes compressed`);
if (total > budget) {
  console.error(`islands have ${total} bytes compressed; the budget is ${budget}`);
  process.exit(1);
}
