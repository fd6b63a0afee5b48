// What decks are shown with, bundled: `make deck`. Usage: node build.mjs ROOT OUT, with ROOT/node_modules installed.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [root, out] = process.argv.slice(2).map((path) => resolve(path));
const deck = join(root, "autograder/lecture/deck");
const esbuild = createRequire(join(root, "package.json"))("esbuild");

/** The same sum is taken by tests/autograder/test_lecture.py. */
function fingerprint() {
  const sum = createHash("sha256");
  const sources = readdirSync(deck).sort().map((name) => join(deck, name));
  for (const source of [...sources, join(root, "package.json")]) sum.update(readFileSync(source)).update("\0");
  return sum.digest("hex");
}

/** KaTeX offers each of its fonts in three forms: every browser reads the first. */
const oneFont = {
  name: "one font",
  setup: (build) => build.onLoad({ filter: /katex\.css$/ }, ({ path }) => ({
    contents: readFileSync(path, "utf8").replace(/,\s*url\([^)]*\) format\("(woff|truetype)"\)/g, ""), loader: "css",
  })),
};

const { outputFiles, metafile } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: [join(deck, "deck.js")],
  outdir: out,
  bundle: true,
  format: "iife",
  minify: true,
  charset: "utf8",
  target: "es2022",
  loader: { ".woff2": "dataurl" }, // a browser may take no font from another file
  legalComments: "none", // the licences stand at the top
  plugins: [oneFont],
  write: false,
  metafile: true,
  logLevel: "warning",
});

const inside = [...new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/([^/]+)/)?.[1] ?? []))].sort();
const notices = inside.map((name) => {
  const [licence, { version }] = ["LICENSE", "package.json"].map((file) => readFileSync(join(root, "node_modules", name, file), "utf8"))
    .map((text, k) => (k ? JSON.parse(text) : text.trim()));
  return `${name} ${version}\n\n${licence}`;
}).concat(readFileSync(join(deck, "NOTICES"), "utf8").trim()).join("\n\n");
const head = `/* Made by \`make deck\` from autograder/lecture/deck/ and package.json with esbuild ${esbuild.version}; change those, not this.
sources sha256 ${fingerprint()}

It contains

${notices}
*/
`;
for (const { path, text } of outputFiles) writeFileSync(path.replace(/deck\.(js|css)$/, "bundle.$1"), head + text);
