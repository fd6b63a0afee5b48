"""The local server: on the loopback alone, and with the types that browsers insist on."""

import socket
import threading
import urllib.error
import urllib.request

import pytest

from website import serve


@pytest.fixture
def address(tmp_path):
    """Where a folder is served that has a file of each kind."""
    for suffix in serve.TYPES:
        (tmp_path / f"file{suffix}").write_text("x")
    with serve.server(tmp_path) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize(("suffix", "kind"), serve.TYPES.items())
def test_each_file_comes_with_its_type_and_is_asked_for_again(address, suffix, kind):
    with urllib.request.urlopen(f"{address}/file{suffix}") as answer:
        assert answer.headers.get_content_type() == kind
        assert answer.headers["Cache-Control"] == "no-cache"


def test_what_is_not_there_is_said_and_what_lies_outside_is_not_there(address, capfd):
    for path in ("nothing.html", "..%2f..%2fetc%2fpasswd"):
        with pytest.raises(urllib.error.HTTPError, match="404") as error:
            urllib.request.urlopen(f"{address}/{path}")
        error.value.close()
    assert "/nothing.html: code 404" in capfd.readouterr().err


def test_it_listens_on_this_machine_alone(tmp_path):
    with serve.server(tmp_path) as serving:
        assert serving.server_address[0] == "127.0.0.1"


def test_without_a_site_it_says_how_to_make_one(tmp_path, capsys):
    assert serve.main([str(tmp_path)]) == 1
    assert "`make site` makes it" in capsys.readouterr().err


def test_a_port_that_is_taken(tmp_path, capsys):
    (tmp_path / "index.html").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert serve.main([str(tmp_path), "--port", str(taken.getsockname()[1])]) == 1
    assert "--port 0 takes any that is free" in capsys.readouterr().err


def test_it_prints_the_address_and_ends_with_ctrl_c(tmp_path, capsys, monkeypatch):
    (tmp_path / "index.html").write_text("x")
    monkeypatch.setattr(serve.ThreadingHTTPServer, "serve_forever", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    assert serve.main([str(tmp_path), "--port", "0"]) == 0
    assert "is at http://127.0.0.1:" in capsys.readouterr().out
