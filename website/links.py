"""Links of the site: `python -m website.links` lists those that lead to other places; those within it are followed by every build."""

import sys
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ADDRESSES = ("href", "src", "data", "poster")


class Page(HTMLParser):
    """What an HTML page links to, what it loads, and the places in it that a link may lead to."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.places |= {place for key in ("id", "name") if (place := found.get(key))}
        for address in (found[key] for key in ADDRESSES if found.get(key)):
            (self.links if tag == "a" or (tag, found.get("rel")) in SAYS else self.loaded).append(address or "")


SAYS = {("link", relation) for relation in ("index", "search", "next", "prev", "canonical")}  # a browser does not fetch these


class Site:
    """A folder of pages."""

    def __init__(self, folder: Path, *apart: str):
        """`apart` are folders in it whose pages are not ours to look at, and which may have been left out."""
        self.folder, self.apart = folder.resolve(), apart

    @cached_property
    def pages(self) -> dict[str, Page]:
        paths = {path.relative_to(self.folder).as_posix(): path for path in sorted(self.folder.rglob("*.html"))}
        return {name: Page(path) for name, path in paths.items() if not name.startswith(tuple(f"{one}/" for one in self.apart))}

    def broken(self) -> Iterator[str]:
        """What leads nowhere, and what is loaded from elsewhere, in sentences."""
        for name, page in self.pages.items():
            for address in page.loaded:
                if leads_elsewhere(address) and urlsplit(address).scheme != "data":
                    yield f"{name} loads {address}, which is no part of the site"
            for address in dict.fromkeys([*page.links, *page.loaded]):
                if not leads_elsewhere(address) and not self.has(name, address):
                    yield f"{name} links to {address}, which is not there"

    def has(self, name: str, address: str) -> bool:
        """Whether a page's link within the site leads somewhere."""
        parts = urlsplit(address)
        target = ((self.folder / name).parent / unquote(parts.path) if parts.path else self.folder / name).resolve()
        if any(target.is_relative_to(self.folder / one) and not (self.folder / one).exists() for one in self.apart):
            return True
        if not target.is_file() or not target.is_relative_to(self.folder):
            return False
        page = self.pages.get(target.relative_to(self.folder).as_posix())
        return not parts.fragment or page is None or unquote(parts.fragment) in page.places

    def external(self) -> dict[str, list[str]]:
        """The addresses in other places that pages link to, each with these pages. Nobody asks whether they are there."""
        found: dict[str, list[str]] = {}
        for name, page in self.pages.items():
            for address in filter(leads_elsewhere, dict.fromkeys(page.links)):
                found.setdefault(address, []).append(name)
        return dict(sorted(found.items()))


def leads_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)


if __name__ == "__main__":
    for address, pages in Site(Path(sys.argv[1] if len(sys.argv) > 1 else "site"), "lite").external().items():
        print(address, "from", ", ".join(pages))
