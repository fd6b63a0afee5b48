// `make widgets`: one file of the kit and of what it needs of d3, and one of each widget whose JavaScript has a room of its own.
// Usage: node build.mjs ROOT OUT, with ROOT/node_modules installed; OUT is the kit's file, and the others are written beside it.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const [root, out] = process.argv.slice(2).map((path) => resolve(path));
const widgets = join(root, "course/widgets");
const kit = join(widgets, "kit");
const esbuild = createRequire(join(root, "package.json"))("esbuild");

/** The same sum is taken by tests/widgets/test_kit.py. */
function fingerprint(room) {
  const sum = createHash("sha256");
  const sources = readdirSync(room).sort().map((name) => join(room, name));
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

/** One file of a room's index.js and all that it imports, with the licences of what is inside. */
async function bundle(name, format) {
  const { outputFiles: [{ text }], metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`course/widgets/${name}/index.js`],
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    plugins: [plainScales, style],
    write: false,
    metafile: true,
    logLevel: "warning",
    ...format,
  });
  writeFileSync(join(dirname(out), `${name}.bundle.js`), `/* Made by \`make widgets\` from course/widgets/${name}/ and package.json with esbuild ${
    esbuild.version}; change those, not this.
sources sha256 ${fingerprint(join(widgets, name))}
${noticesOf(metafile)}*/
${text}`);
}

function noticesOf(metafile) {
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
  return notices && `\nIt contains\n\n${notices}\n`;
}

await bundle("kit", { format: "iife", globalName: "kit" });
const rooms = readdirSync(widgets).filter((name) => name !== "kit" && existsSync(join(widgets, name, "index.js")));
for (const name of rooms) await bundle(name, { format: "esm" });
