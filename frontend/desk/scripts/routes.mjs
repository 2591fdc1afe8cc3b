// Writes src/routeTree.gen.ts from the files in src/routes, as the build does, for the type check.
import { Generator, getConfig } from "@tanstack/router-generator";

const root = new URL("..", import.meta.url).pathname;
const config = getConfig({ target: "react", autoCodeSplitting: true, quoteStyle: "double" }, root);
await new Generator({ config, root }).run();
