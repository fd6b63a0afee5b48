"""How long a unit takes is reckoned, and every unit says what is reckoned; nobody is left without hints."""

import re

import pytest

from autograder import length
from autograder.build import source_cells, source_of
from course.units import UNITS

HINT = re.compile(r"<summary>Hint (\d): ([^<]*)</summary>")


@pytest.mark.parametrize("unit", UNITS.names)
def test_a_unit_states_the_minutes_that_are_reckoned_and_no_core_is_longer_than_two_hours(unit):
    core, optional = (length.rounded(part.total) for part in length.of_unit(unit))
    assert length.stated(unit) == (core, optional), f"write `| {core} minutes, and {optional} for what is optional |`"
    assert core <= length.MOST


@pytest.mark.parametrize("unit", UNITS.names)
def test_every_answer_states_its_minutes_and_has_three_hints_before_it(unit):
    text, answers = "", 0
    for cell in source_cells(source_of(unit)):
        text += "\n" + cell.source
        if "exercise" in cell.metadata:
            answers += 1
            assert length.ANSWER.search(text), f"{cell.metadata['exercise']}: expected **Your turn (answer {answers}; 10 minutes; ★★).**"
            hints = HINT.findall(text)
            assert [number for number, _ in hints] == ["1", "2", "3"], f"{cell.metadata['exercise']}: hints {hints}"
            assert "worked example" in hints[-1][1], f"{cell.metadata['exercise']}: hint 3 works out another case"
            text = ""
    assert answers == len(UNITS[unit])


def test_what_is_counted(tmp_path, monkeypatch):
    source = tmp_path / "notebook.py"
    source.write_text(
        "# %% [markdown]\n# # Unit\n# | 30 minutes, and 5 for what is optional | easy |\n\n"
        "# %% [markdown]\n# ## 1. Core\n# Five words and $x^2 + 1$.\n# **Before you run it:** why?\n"
        "# **Your turn (answer 1; 7 minutes; ★★).** Go.\n# <details><summary>Hint 1: no</summary>\n# not counted at all\n# </details>\n"
        "# <details><summary>Optional: more (2 minutes)</summary>\n# three more words\n# </details>\n"
        '\n# %% exercise="relu"\n\n# %%\n1 + 1\n\n'
        "# %% [markdown] folded=true\n# ### Optional: a fold (5 minutes)\n# two words\n\n# %%\n2 + 2\n\n"
        "# %% [markdown]\n# ## 2. Back in the core\n# ### A written question (2 points; 8 minutes)\n# ## Further reading\n# a book\n\n"
        "# %% [markdown] written=2\n# The model answer is long and is not counted.\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(length, "source_of", lambda unit: source)
    core, optional = length.of_unit("a unit")
    assert (core.answers, core.predictions, core.cells) == (7 + 8, 1, 3)
    assert (optional.words, optional.cells) == (3 + 2 + len("Optional a fold 5 minutes".split()), 1)
    assert core.total == pytest.approx(core.words / 90 + 15 + 1 + 1.5)
    assert length.stated("a unit") == (30, 5)
    source.write_text("# %% [markdown]\n# nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected a line"):
        length.stated("a unit")


def test_a_formula_is_a_word_and_a_displayed_one_five():
    assert length.words("the sum $z_i = w x$ of it") == 5
    assert length.words("so $$a = b\n+ c$$ holds") == 7
