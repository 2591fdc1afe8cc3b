// Every check of the desk, side by side: types, form, words, generated client, pure functions.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

process.chdir(new URL("..", import.meta.url).pathname);
const node = process.execPath;
const folder = mkdtempSync(join(tmpdir(), "desk-check-"));
const run = (name, args) =>
  new Promise((done) => {
    const child = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
    });
    child.stderr.on("data", (part) => {
      said += part;
    });
    child.on("close", (code) => done({ name, ok: code === 0, said }));
  });

spawnSync(node, ["scripts/routes.mjs"], { stdio: "inherit" });
const results = await Promise.all([
  run("types", ["node_modules/typescript-7/bin/tsc", "-p", "."]),
  run("form", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]),
  run("tests", ["node_modules/vitest/vitest.mjs", "run", "--silent"]),
  client(),
  words(),
]);
rmSync(folder, { recursive: true });
for (const { name, ok, said } of results) {
  if (!ok) console.error(`desk: ${name}\n${said}`);
}
if (results.some(({ ok }) => !ok)) process.exit(1);
console.log("desk: types, form, tests, client, words: all right");

/** schema.d.ts is what the generator makes of openapi.json. */
async function client() {
  const fresh = join(folder, "schema.d.ts");
  const made = await run("client", [
    "node_modules/openapi-typescript/bin/cli.js",
    "../openapi.json",
    "-o",
    fresh,
    "--default-non-nullable=false",
  ]);
  if (!made.ok) return made;
  const ok = readFileSync(fresh, "utf8") === readFileSync("src/api/schema.d.ts", "utf8");
  return { name: "client", ok, said: "src/api/schema.d.ts is stale: make client" };
}

/** The catalogues hold exactly the messages of the sources, and each of them is translated. */
async function words() {
  const names = readdirSync("src/locales").filter((name) => name.endsWith(".po"));
  const read = () =>
    names.map((name) => readFileSync(`src/locales/${name}`, "utf8").replace(/^"POT-Creation-Date.*$/m, ""));
  const before = read();
  const extracted = await run("words", ["node_modules/@lingui/cli/dist/lingui.js", "extract", "--clean"]);
  if (!extracted.ok) return extracted;
  const stale = read().flatMap((text, i) => (text === before[i] ? [] : [names[i]]));
  if (stale.length)
    return {
      name: "words",
      ok: false,
      said: `${stale.join(", ")} did not match the sources; they do now: translate what is empty`,
    };
  const empty = names.filter((name) => name.includes(".fr.")).flatMap((name) => emptyOf(name));
  return { name: "words", ok: empty.length === 0, said: `not translated:\n${empty.join("\n")}` };
}

function emptyOf(name) {
  const blocks = readFileSync(`src/locales/${name}`, "utf8").split("\n\n").slice(1);
  return blocks
    .filter((block) => /^msgstr ""$/m.test(block) && !/^msgstr ""\n"/m.test(block))
    .map((block) => `${name}: ${/^msgid (.*(?:\n".*)*)/m.exec(block)?.[1] ?? block}`);
}
