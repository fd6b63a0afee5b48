"""`python -m website.serve`: the site on a local address, as a web host would serve it."""

import argparse
import functools
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Not left to the system: on Windows its registry says what a .js is, and other programs change it.
TYPES = {
    ".css": "text/css", ".html": "text/html", ".ipynb": "application/json", ".js": "text/javascript", ".json": "application/json",
    ".mjs": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml", ".tar": "application/x-tar", ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json", ".whl": "application/zip", ".woff2": "font/woff2", ".zip": "application/zip",
}  # fmt: skip


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder, which are asked for again after the next build."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Only what went wrong is said: a page asks for dozens of files."""

    def log_error(self, format: str, *args: object) -> None:
        print(f"{self.path}: {format % args}", file=sys.stderr)


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of a folder, for this machine alone; with port 0 it chooses one. Raises OSError where the port is taken."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m website.serve", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("site"), help="what `python -m website` made (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="default: %(default)s; 0 takes any that is free")
    options = parser.parse_args(arguments)
    if not (options.folder / "index.html").is_file():
        print(f"There is no site in {options.folder}: `make site` makes it.", file=sys.stderr)
        return 1
    try:
        serving = server(options.folder, options.port)
    except (OSError, OverflowError) as error:
        print(f"Nothing can listen on port {options.port} ({error}). Try another: --port 0 takes any that is free.", file=sys.stderr)
        return 1
    print(f"{options.folder} is at http://127.0.0.1:{serving.server_address[1]}/ now, for this machine alone. Ctrl-C ends it.", flush=True)
    with serving:
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
