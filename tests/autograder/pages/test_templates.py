"""What every page of ours has in common."""

import pytest

from autograder.pages import templates

PAGES = sorted(path.name for path in templates.FOLDER.glob("*.html") if path.name != "base.html")


def test_there_are_pages():
    assert {"class.html", "feedback.html"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_each_has_the_look_that_all_share(name):
    assert (templates.FOLDER / name).read_text(encoding="utf-8").startswith('{% extends "base.html" %}\n')
    assert (templates.FOLDER / "base.html").read_bytes() in templates.text_of(name), "a page is out of date once the look has changed"


def test_what_is_put_into_them_is_escaped():
    assert templates.environment().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert templates.environment().from_string("{{ x|prose }}").render(x="<b> `y`") == "&lt;b&gt; <code>y</code>"
