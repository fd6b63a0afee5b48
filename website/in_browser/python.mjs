// Pyodide, as JupyterLite's kernel asks for it, which tells the page how much of it has come (status.js shows it).
// It runs in the kernel's worker. files.json, beside this file, says where Pyodide's own files are, and how large each file is.
const own = new URL("own/", import.meta.url).href;
const nameOf = (url) => new URL(url, own).pathname.split("/").pop();
const fetched = self.fetch.bind(self);
const come = new Map(); // the bytes that have come of each file
let sizes = {};

function tell(state) {
    const loaded = [...come].reduce((sum, [name, size]) => sum + Math.min(size, sizes[name]), 0);
    const whole = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    self.postMessage({ python: { state, loaded, whole } });
}

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

/** What a JSON file beside this one holds. */
async function beside(name) {
    return (await fetched(new URL(name, import.meta.url))).json();
}

/** The lock file with every file's whole address: `own/` beside this file, everything else from `home`. */
async function lockFile(home) {
    const lock = await beside("pyodide-lock.json");
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
    try {
        const files = await beside("files.json"); // not at the top of the module: a worker loses what is posted to it while its modules wait
        const home = new URL(files.from, import.meta.url).href;
        sizes = files.sizes;
        tell("loading");
        self.fetch = counted;
        const { loadPyodide: load } = await import(`${home}pyodide.mjs`);
        const pyodide = await load({ ...options, indexURL: home, lockFileURL: await lockFile(home) });
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
