// What a visitor downloads for each page, from the build's manifest: fails over budget, or when an area holds the other.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

process.chdir(new URL("..", import.meta.url).pathname);
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const FIRST = { portal: 330_000, office: 300_000 };
const FURTHER = 60_000;
const sizes = new Map();
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, brotliCompressSync(readFileSync(`dist/${file}`)).length);
  return sizes.get(file);
};
/** Files that come with an entry of the manifest, and every source in them. */
function loaded(keys) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const entry = manifest[key];
    files.add(entry.file);
    for (const css of entry.css ?? []) files.add(css);
    for (const next of entry.imports ?? []) visit(next);
  };
  keys.forEach(visit);
  return { files, seen };
}
const weigh = (files) => [...files].filter((f) => /\.(js|css)$/.test(f)).reduce((sum, f) => sum + size(f), 0);
const component = (route) => `src/routes/${route}.tsx?tsr-split=component`;
let bad = 0;
for (const [area, budget] of Object.entries(FIRST)) {
  const catalogues = [`src/locales/shared.fr.po`, `src/locales/${area}.fr.po`];
  const first = ["index.html", component(`${area}/route`), component(`${area}/index`), ...catalogues];
  const missing = first.filter((key) => !manifest[key]);
  if (missing.length) {
    console.error(`${area}: not in the manifest: ${missing.join(", ")}`);
    bad++;
    continue;
  }
  const start = loaded(first);
  const other = area === "portal" ? "office" : "portal";
  const leaks = [...start.seen].filter(
    (key) =>
      key.includes(`src/${other}/`) || key.includes(`routes/${other}/`) || key.includes(`locales/${other}`),
  );
  const total = weigh(start.files);
  const over = total > budget || leaks.length > 0;
  bad += over ? 1 : 0;
  console.log(`${area.padEnd(24)} ${total} / ${budget}${over ? ` TOO MUCH ${leaks.join(" ")}` : ""}`);
  for (const key of Object.keys(manifest).filter(
    (k) => k.startsWith(`src/routes/${area}/`) && k.endsWith("?tsr-split=component"),
  )) {
    const { files, seen } = loaded([key]);
    const more = weigh([...files].filter((file) => !start.files.has(file)));
    const strangers = [...seen].filter((k) => k.includes(`src/${other}/`) || k.includes(`routes/${other}/`));
    const heavy = more > FURTHER || strangers.length > 0;
    bad += heavy ? 1 : 0;
    if (heavy || process.argv.includes("--all"))
      console.log(
        `  ${key.slice(11, -24).padEnd(30)} ${more} / ${FURTHER}${heavy ? ` TOO MUCH ${strangers.join(" ")}` : ""}`,
      );
  }
}

// Each class of Mantine's that the built scripts name has its rule in the built styles.
const built = readdirSync("dist/assets").map((name) => `assets/${name}`);
const current = new Set(Object.values(manifest).flatMap((entry) => [entry.file, ...(entry.css ?? [])]));
const text = (end) =>
  built
    .filter((file) => current.has(file) && file.endsWith(end))
    .map((file) => readFileSync(`dist/${file}`, "utf8"))
    .join("\n");
const classes = (source) => new Set(source.match(/\bm_[0-9a-f]{6,8}\b/g));
const [named, styled] = [classes(text(".js")), classes(text(".css"))];
const ruled = classes(readFileSync("node_modules/@mantine/core/styles.css", "utf8"));
const bare = [...named].filter((name) => ruled.has(name) && !styled.has(name));
if (bare.length) console.error(`src/desk/mantine-parts.css lacks the styles of ${bare.join(", ")}`);
process.exit(bad || bare.length ? 1 : 0);
