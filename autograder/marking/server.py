"""The marking page's server: to this computer alone, and there only to whoever has the address with its token."""

import hmac
import json
import math
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from autograder.gradebook.written import Given
from autograder.marking.desk import MarkingDesk
from course.errors import ClassInUse, UserError

HERE = "127.0.0.1"
LONGEST = 100_000  # bytes of what the page sends
SILENCE = 10.0  # seconds until a connection that says nothing is closed
PAGE = {"": ("page.html", "text/html"), "page.js": ("page.js", "text/javascript"), "page.css": ("page.css", "text/css")}
HEADERS = {
    # A student's text is in the page: even if something in it escaped cleaning, nothing would run, load or be sent away.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class MarkingServer(ThreadingHTTPServer):
    """Serves one desk, on a port of its own unless one is given."""

    daemon_threads = False  # closing waits for what is being saved

    def __init__(self, desk: MarkingDesk, port: int = 0) -> None:
        self.desk = desk
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__((HERE, port), Handler)
        except OSError as error:
            raise UserError(f"Could not listen on port {port}: {error.strerror}. Give another --port, or none.") from None

    @property
    def origin(self) -> str:
        return f"http://{HERE}:{self.server_address[1]}"

    @property
    def address(self) -> str:
        """Where the page is. Whoever has it can mark."""
        return f"{self.origin}/{self.token}/"


class Refused(Exception):
    """A request that is not answered: the status, and words."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """One request: is it ours, what does it ask for, and the answer as JSON."""

    server: MarkingServer
    timeout = SILENCE

    def do_GET(self) -> None:
        self.answered(self.get)

    def do_POST(self) -> None:
        self.answered(self.post)

    def answered(self, work: Callable[[str, Mapping[str, list[str]]], None]) -> None:
        """Do what was asked for; whatever goes wrong is said in words."""
        try:
            work(*self.path_asked())
        except Refused as refused:
            self.say(refused.status, str(refused))
        except ClassInUse as error:
            self.say(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        except UserError as error:
            self.say(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except (BrokenPipeError, ConnectionResetError):
            pass  # the page was closed
        except Exception as error:  # a fault of ours: whoever marks is told, and goes on
            self.say(HTTPStatus.INTERNAL_SERVER_ERROR, f"The autograder is at fault: {type(error).__name__}: {error}")

    def path_asked(self) -> tuple[str, Mapping[str, list[str]]]:
        """What stands behind the token in the path, and the query. Another site's page knows no token, or asks under another name."""
        url = urlsplit(self.path)
        token, _, rest = url.path.removeprefix("/").partition("/")
        known = hmac.compare_digest(token.encode(), self.server.token.encode())
        if not known or f"http://{self.headers.get('Host')}" != self.server.origin:
            raise Refused(HTTPStatus.FORBIDDEN, "Open the whole address that `autograder mark` has printed: it holds a token.")
        return rest, parse_qs(url.query)

    def get(self, path: str, query: Mapping[str, list[str]]) -> None:
        if path in PAGE:
            name, kind = PAGE[path]
            self.send(HTTPStatus.OK, f"{kind}; charset=utf-8", Path(__file__).with_name(name).read_bytes())
        elif path == "unit":
            self.send_json(self.server.desk.overview())
        elif path == "answer":
            self.send_json(self.server.desk.answer(self.question(query.get("question", [""])[0]), query.get("id", [""])[0]))
        else:
            raise Refused(HTTPStatus.NOT_FOUND, f"There is no {path!r} here.")

    def post(self, path: str, query: Mapping[str, list[str]]) -> None:
        if self.headers.get("Origin") != self.server.origin:
            raise Refused(HTTPStatus.FORBIDDEN, "Only the page of `autograder mark` may send marks.")
        sent = self.sent()
        if path == "mark":
            now = given(sent)
            question = self.question(sent.get("question"))
            chosen = choices(sent.get("chosen"), len(self.server.desk.questions[question].criteria))
            standing = self.server.desk.mark(question, text(sent, "id"), given(sent.get("before")), now, chosen)
            status = HTTPStatus.OK if standing == now else HTTPStatus.CONFLICT
            self.send_json({"points": standing.points, "comment": standing.comment}, status)
        elif path == "comments":
            question = self.question(sent.get("question"))
            self.send_json({"comments": self.server.desk.keep(question, text(sent, "text"), forget=sent.get("forget") is True)})
        else:
            raise Refused(HTTPStatus.NOT_FOUND, f"There is no {path!r} here.")

    def question(self, name: object) -> str:
        """The name of a question, if it is one of the unit's."""
        if not isinstance(name, str) or name not in self.server.desk.questions:
            raise Refused(HTTPStatus.NOT_FOUND, f"There is no question {str(name)[:50]!r}. Load the page again.")
        return name

    def sent(self) -> dict[str, Any]:
        """The object in the body of a request."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or int(length[:12]) > LONGEST:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Expected {LONGEST} bytes at most.")
        try:
            sent = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "Expected a JSON object.")
        return sent

    def say(self, status: HTTPStatus, words: str) -> None:
        self.send_json({"words": words}, status)

    def send_json(self, found: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send(status, "application/json", json.dumps(found).encode())

    def send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing: the terminal is the instructor's."""


def given(sent: object) -> Given:
    """A mark as the page sends it."""
    if not isinstance(sent, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "Expected a mark: points and a comment.")
    return Given(number(sent.get("points")), text(sent, "comment"))


def number(sent: object) -> float | None:
    """Points, or none."""
    if sent is None:
        return None
    if isinstance(sent, bool) or not isinstance(sent, int | float) or not math.isfinite(sent):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"Expected points as a number, got {str(sent)[:50]!r}.")
    return float(sent)


def choices(sent: object, count: int) -> list[float | None]:
    """What was chosen for each criterion."""
    if not isinstance(sent, list) or len(sent) != count:
        raise Refused(HTTPStatus.BAD_REQUEST, f"Expected {count} choices, one a criterion. Has the rubric changed? Load the page again.")
    return [number(one) for one in sent]


def text(sent: Mapping[str, Any], name: str) -> str:
    found = sent.get(name)
    if not isinstance(found, str):
        raise Refused(HTTPStatus.BAD_REQUEST, f"Expected a text as {name!r}.")
    return found
