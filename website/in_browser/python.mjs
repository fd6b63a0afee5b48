// Pyodide, as JupyterLite's kernel asks for it, which tells the page how much of it has come (status.js shows it).
// It runs in the kernel's worker. files.json, beside this file, says where Pyodide's own files are, and how large each file is.
const { from, sizes } = await (await fetch(new URL("files.json", import.meta.url))).json();
const home = new URL(from, import.meta.url).href;
const own = new URL("own/", import.meta.url).href;
const nameOf = (url) => new URL(url, home).pathname.split("/").pop();
const whole = Object.values(sizes).reduce((sum, size) => sum + size, 0);
const come = new Map();

function tell(state) {
    const loaded = [...come].reduce((sum, [name, size]) => sum + Math.min(size, sizes[name]), 0);
    self.postMessage({ python: { state, loaded, whole } });
}

const fetched = self.fetch.bind(self);

/** What `fetch` gives, its bytes counted on their way where the file is one of ours. */
async function counted(resource, options) {
    const name = nameOf(resource.url ?? resource);
    const reply = await fetched(resource, options);
    if (!(name in sizes) || !reply.ok || !reply.body) return reply;
    come.set(name, 0);
    const count = new TransformStream({
        transform(chunk, next) {
            come.set(name, come.get(name) + chunk.byteLength);
            tell("loading");
            next.enqueue(chunk);
        },
    });
    const { status, statusText, headers } = reply;
    return new Response(reply.body.pipeThrough(count), { status, statusText, headers });
}

/** The lock file with every file's whole address: `own/` beside this file, everything else from `home`. */
async function lockFile() {
    const lock = await (await fetched(new URL("pyodide-lock.json", import.meta.url))).json();
    for (const one of Object.values(lock.packages)) {
        one.file_name = (one.file_name.startsWith("own/") ? own : home) + nameOf(one.file_name);
    }
    return URL.createObjectURL(new Blob([JSON.stringify(lock)], { type: "application/json" }));
}

// What the course needs of Python before its first cell. Matplotlib would say that it lists the fonts, once in every start, on stderr.
const FIRST = `
import logging
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
`;

export async function loadPyodide(options) {
    tell("loading");
    try {
        self.fetch = counted;
        const { loadPyodide: load } = await import(`${home}pyodide.mjs`);
        const pyodide = await load({ ...options, indexURL: home, lockFileURL: await lockFile() });
        const missing = options.packages.filter((name) => !(name in pyodide.loadedPackages));
        if (missing.length) throw new Error(`${missing.join(", ")} did not come`);
        pyodide.runPython(FIRST);
        tell("starting");
        return pyodide;
    } catch (error) {
        self.postMessage({ python: { state: "failed", reason: String(error.message ?? error) } });
        throw error;
    } finally {
        self.fetch = fetched;
    }
}
