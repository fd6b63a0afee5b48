"""The paper: its numbers are those of the evidence, its references are there, its front matter is what the journal asks for."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HEAD, BODY = (ROOT / "paper.md").read_text(encoding="utf-8").split("---\n", 2)[1:]
BIBLIOGRAPHY = (ROOT / "paper.bib").read_text(encoding="utf-8")
MEASURED = BODY.partition("# What was measured")[2].partition("\n# ")[0]


def test_every_number_that_was_measured_stands_on_the_page_of_evidence():
    evidence = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    numbers = re.findall(r"\b\d[\d,]*\b", re.sub(r"\[@[^]]+\]", "", MEASURED))
    assert len(numbers) > 8
    assert [number for number in numbers if not re.search(rf"(?<![\d,]){number}(?![\d,])", evidence)] == []


def test_what_is_cited_is_listed_and_what_is_listed_is_cited():
    cited = set(re.findall(r"@([a-z]+\d*)", BODY))
    assert cited == set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE))


@pytest.mark.parametrize("entry", re.split(r"\n(?=@)", BIBLIOGRAPHY), ids=lambda entry: entry.partition(",")[0].strip())
def test_references_are_whole(entry):
    assert re.search(r"^  author = \{", entry, re.MULTILINE) and re.search(r"^  title = \{", entry, re.MULTILINE)
    assert entry.count("{") == entry.count("}")
    for doi in re.findall(r"doi = \{(.+)\}", entry):
        assert re.fullmatch(r"10\.\d{4,5}/\S+", doi)


def test_the_front_matter():
    front = yaml.safe_load(HEAD)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert [author["name"] for author in front["authors"]] == [author["name"] for author in citation["authors"]]
    assert {author["affiliation"] for author in front["authors"]} <= {affiliation["index"] for affiliation in front["affiliations"]}
    assert (ROOT / front["bibliography"]).exists() and front["title"].startswith(citation["title"])


def test_sections_are_those_the_journal_asks_for():
    sections = re.findall(r"^# (.+)$", BODY, re.MULTILINE)
    assert sections[:5] == ["Summary", "Statement of need", "Learning objectives", "Content", "Instructional design"]
    assert {"Experience of use", "Story of the project", "References"} <= set(sections)
    assert 900 < len(BODY.split()) < 1400
