"""The marking page's server: nobody without the address, nothing from another page, and every refusal in words."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.gradebook.written import Given, answers, give
from autograder.marking.desk import MarkingDesk
from autograder.marking.server import LONGEST, MarkingServer
from autograder.turns import alone
from course.errors import UserError

UNIT, QUESTION = "05_sample", "written_1"


@pytest.fixture
def server(instance, record_verdicts):
    """A server at work on a class in which ada waits for a mark."""
    record_verdicts("ada")
    with MarkingServer(MarkingDesk(instance, UNIT)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def ask(server):
    """Send a request, as the page does unless headers say otherwise; the status, and what came back."""

    def send(path, sent=None, *, token=server.token, method=None, **headers):
        connection = http.client.HTTPConnection(*server.server_address, timeout=10)
        own = {"Origin": server.origin, "Content-Type": "application/json"} | headers
        body = sent if isinstance(sent, bytes | None) else json.dumps(sent).encode()
        connection.request(method or ("GET" if sent is None else "POST"), f"/{token}/{path}", body, own)
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        return reply.status, json.loads(data) if reply.headers["Content-Type"] == "application/json" else data.decode(), reply.headers

    return send


@pytest.fixture
def mark(server, ask):
    """Mark ada's answer; the status, and what came back."""
    id = server.desk.overview()["questions"][0]["answers"][0]["id"]

    def send(points, comment="", **other):
        sent = {"question": QUESTION, "id": id, "before": {"points": None, "comment": ""}, "points": points, "comment": comment}
        return ask("mark", sent | {"chosen": []} | other)[:2]

    return send


def standing(instance):
    return [answer.given for answer in answers(instance, UNIT)]


@pytest.mark.parametrize("path", ["", "page.js", "unit", "mark"])
@pytest.mark.parametrize("token", ["", "x", "%C3%A9"])
def test_nobody_without_the_token(ask, path, token):
    status, told, _ = ask(path, token=token)
    assert status == 403 and "it holds a token" in told["words"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:80"])
def test_nobody_who_asks_under_another_name(ask, host):
    assert ask("unit", Host=host)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_nobody_marks_from_another_page(instance, ask, origin):
    status, told, _ = ask("mark", {}, Origin=origin)
    assert status == 403 and "Only the page" in told["words"] and standing(instance) == [Given()]


def test_the_page_may_load_its_own_files_and_nothing_else(ask):
    for path, words in (("", "<!DOCTYPE html>"), ("page.js", "function pressed"), ("page.css", ":root")):
        status, text, headers = ask(path)
        assert status == 200 and words in text
        assert headers["Content-Security-Policy"].startswith("default-src 'none'") and headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in ask("")[1] and " style=" not in ask("")[1]


def test_an_answer_is_read_and_marked(instance, ask, mark):
    (entry,) = ask("unit")[1]["questions"][0]["answers"]
    assert "Because." in ask(f"answer?question={QUESTION}&id={entry['id']}")[1]["text"]
    assert mark(2.5, "Why?") == (200, {"points": 2.5, "comment": "Why?"})
    assert standing(instance) == [Given(2.5, "Why?")]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (7, "Expected points from 0 to 4, got 7"), (-1, "from 0 to 4"), ("3", "points as a number, got '3'"), (True, "as a number"),
        (1e400, "as a number"), ([], "as a number"),
    ],
)  # fmt: skip
def test_wrong_points_are_refused_in_words(instance, mark, points, words):
    status, told = mark(points)
    assert status == 422 and words in told["words"] and standing(instance) == [Given()]


@pytest.mark.parametrize(
    ("other", "status", "words"),
    [
        ({"comment": None}, 400, "a text as 'comment'"),
        ({"before": 3}, 400, "Expected a mark"),
        ({"chosen": [1]}, 400, "Expected 0 choices"),
        ({"question": "written_9"}, 404, "no question 'written_9'"),
        ({"question": 3}, 404, "no question"),
        ({"id": "x"}, 422, "no such answer"),
    ],
)
def test_what_the_page_never_sends_is_refused_in_words(instance, mark, other, status, words):
    got, told = mark(1, **other)
    assert got == status and words in told["words"] and standing(instance) == [Given()]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 50_000, b"\xff"])
def test_a_body_that_is_no_object(ask, body):
    status, told, _ = ask("mark", body, method="POST")
    assert status == 400 and "JSON object" in told["words"]


@pytest.mark.parametrize("length", [str(LONGEST + 1), "9" * 5000, "-1", "²"])
def test_a_body_that_is_too_long_is_not_read(ask, length):
    assert ask("mark", b"{}", **{"Content-Length": length.encode()})[0] == 413


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_there(ask, method):
    status, told, _ = ask("../page.py", b"{}", method=method)
    assert status == 404 and "'../page.py'" in told["words"]


def test_a_mark_that_somebody_else_gave_meanwhile_is_told_and_stays(instance, mark):
    give(instance, UNIT, "ada", QUESTION, Given(), Given(3, "First."))
    assert mark(1, "Second.") == (409, {"points": 3, "comment": "First."})
    assert standing(instance) == [Given(3, "First.")]
    assert mark(1, "Second.", before={"points": 3, "comment": "First."})[0] == 200


def test_while_a_command_is_at_work_the_page_is_told_to_try_again(instance, mark):
    with alone(instance.root, print):
        status, told = mark(1)
    assert status == 503 and "as soon as it has finished" in told["words"]
    assert mark(1)[0] == 200


def test_what_the_page_sends_at_once_is_done_in_turn(ask):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda i: ask("comments", {"question": QUESTION, "text": f"Comment {i}"})[0], range(8)))
    assert done == [200] * 8
    assert len(ask("unit")[1]["questions"][0]["comments"]) == 8


def test_comments_are_kept_and_forgotten(ask):
    sent = {"question": QUESTION, "text": "Why?"}
    assert ask("comments", sent)[:2] == (200, {"comments": ["Why?"]})
    assert ask("unit")[1]["questions"][0]["comments"] == ["Why?"]
    assert ask("comments", sent | {"forget": True})[1] == {"comments": []}


def test_a_fault_of_ours_is_told_and_the_server_goes_on(server, ask, mark, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(server.desk, "overview", lambda: 1 / 0)
        status, told, _ = ask("unit")
    assert status == 500 and "at fault: ZeroDivisionError" in told["words"]
    assert mark(1)[0] == 200


def test_a_port_that_is_taken(server):
    with pytest.raises(UserError, match=f"port {server.server_address[1]}.*another --port"):
        MarkingServer(server.desk, server.server_address[1])
