// One file of the kit and of what it needs of d3: `make kit`. Usage: node build.mjs ROOT OUT, with ROOT/node_modules installed.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [root, out] = process.argv.slice(2).map((path) => resolve(path));
const kit = join(root, "course/widgets/kit");
const esbuild = createRequire(join(root, "package.json"))("esbuild");

/** The same sum is taken by tests/widgets/test_kit.py. */
function fingerprint() {
  const sum = createHash("sha256");
  const sources = readdirSync(kit).sort().map((name) => join(kit, name));
  for (const source of [...sources, join(root, "package.json")]) sum.update(readFileSync(source)).update("\0");
  return sum.digest("hex");
}

const plainScales = {
  name: "plain scales",
  setup: (build) => build.onResolve({ filter: /^d3-interpolate$/ }, ({ importer }) => (
    importer.includes("d3-scale") ? { path: join(kit, "numbers-only.js") } : undefined
  )),
};

/** CSS without its white space, as a text. */
const style = {
  name: "style",
  setup: (build) => build.onLoad({ filter: /\.css$/ }, ({ path }) => {
    const css = readFileSync(path, "utf8");
    return { contents: esbuild.transformSync(css, { loader: "css", minifyWhitespace: true, target: "esnext" }).code, loader: "text" };
  }),
};

const { outputFiles: [bundle], metafile } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["course/widgets/kit/index.js"],
  bundle: true,
  format: "iife",
  globalName: "kit",
  minify: true,
  charset: "utf8",
  target: "es2022",
  plugins: [plainScales, style],
  write: false,
  metafile: true,
  logLevel: "warning",
});

const [{ inputs }] = Object.values(metafile.outputs);
const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput);
const inside = [...new Set(used.flatMap((path) => path.match(/^node_modules\/([^/]+)/)?.[1] ?? []))].sort();
const licences = new Map();
for (const name of inside) {
  const [holder, ...terms] = readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8").trim().split("\n\n");
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  const text = terms.join("\n\n");
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}: ${holder.replaceAll("\n", " ")}`]);
}
const notices = [...licences].map(([terms, names]) => `${names.join("\n")}\n\n${terms}`).join("\n\n");
writeFileSync(out, `/* Made by \`make kit\` from course/widgets/kit/ and package.json with esbuild ${esbuild.version}; change those, not this.
sources sha256 ${fingerprint()}

It contains

${notices}
*/
${bundle.text}`);
