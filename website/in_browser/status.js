// A card in the corner of every page of JupyterLite: how far the loading of Python is, and that the work has to be downloaded.
(() => {
    const MEGABYTE = 1e6;
    const TOLD = "course: told where work is kept"; // by somebody who has closed the card once
    let started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 1000);
    const card = document.createElement("section");
    card.id = "course-status";
    card.setAttribute("aria-label", "Python in this page");
    card.innerHTML = `<p role="status"></p><progress aria-label="loaded" hidden></progress><p class="more"></p>
        <p class="buttons"><button type="button" class="download" hidden>Download this notebook</button>
        <button type="button" class="close" hidden>Close</button></p>`;
    const [said, bar, more] = card.children;
    const [download, close] = card.querySelectorAll("button");
    download.onclick = () => window.jupyterapp.commands.execute("docmanager:download");
    close.onclick = () => {
        localStorage.setItem(TOLD, "yes");
        card.remove();
    };
    const say = (node, text) => node.textContent !== text && (node.textContent = text);

    /** The kernel of the notebook in front, or undefined. */
    const kernel = () => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;

    let now = { state: "waiting" };
    let timer = 0;

    const STATES = {
        waiting: () => {
            say(said, "Python is not loaded yet.");
            say(more, "It comes a few seconds after a notebook is open.");
        },
        loading: ({ loaded, whole }) => {
            say(said, "Loading Python, numpy and the course …");
            say(more, `${(loaded / MEGABYTE).toFixed(0)} of ${(whole / MEGABYTE).toFixed(0)} MB, ${seconds()} seconds. Only a first visit loads
                them from the network. Read on meanwhile: cells that you run wait.`.replace(/\s+/g, " "));
            [bar.hidden, bar.max, bar.value] = [false, whole, loaded];
        },
        starting: () => {
            say(said, "Starting Python …");
            say(more, `${seconds()} seconds. Cells that you run wait until it is ready.`);
            bar.hidden = false;
            bar.removeAttribute("value");
            if (kernel()?.status === "idle") show({ state: "ready" });
        },
        ready: () => {
            clearInterval(timer);
            say(said, `Python is ready, after ${seconds()} seconds.`);
            const kept = "What you write is kept in this browser, on this machine, and nowhere else. Download it when you stop, and to hand it in.";
            say(more, localStorage.getItem(TOLD) ? "" : kept);
            bar.hidden = true;
            download.hidden = close.hidden = false;
        },
        failed: ({ reason }) => {
            clearInterval(timer);
            say(said, "Python could not be loaded.");
            say(more, `${reason}. Is the connection there? Then reload this page. What you have written is still kept.`);
            bar.hidden = true;
        },
    };

    /** What the worker says, and what comes of it: `starting` goes on to `ready` by itself. */
    function show(next) {
        now = next;
        card.dataset.state = now.state;
        STATES[now.state](now);
    }

    window.Worker = class extends Worker {
        constructor(...all) {
            super(...all);
            if (now.state === "ready") started = performance.now(); // a kernel that was started anew
            this.addEventListener("message", ({ data }) => {
                if (!data?.python) return;
                clearInterval(timer);
                timer = setInterval(() => show(now), 500);
                show(data.python);
            });
        }
    };
    window.addEventListener("DOMContentLoaded", () => {
        document.body.append(card);
        show(now);
    });
})();
