"""What the judge says of replies, however they come."""

from dataclasses import replace

import numpy as np
import pytest

from course.checking import grade_function
from course.errors import CouldNotGrade
from course.judging.exercise import Criterion, Expected, Finding, Mistake, Property
from course.judging.grading import better, grade
from course.judging.probes import NotAnArray, Reply
from course.judging.verdict import Mark, Verdict
from course.units import Case, Exercise, exercise

LINEAR = exercise("linear_backward")


def right(upstream, X, W):
    return upstream @ W.T, X.T @ upstream, upstream.sum(axis=0)


def reason(answer, name="linear_backward"):
    return str(grade_function(exercise(name), answer, 0))


def test_right_answer():
    verdict = grade_function(LINEAR, right, 0)
    assert verdict.outcome == "passed" and verdict.earned == verdict.points == 3 and verdict.reason == ""


def test_an_untouched_answer_is_not_written_yet_and_is_asked_once():
    asked = []

    def stub(*inputs):
        asked.append(inputs)
        raise NotImplementedError

    verdict = grade_function(LINEAR, stub, 0)
    assert verdict.outcome == "not written" and verdict.earned == 0 and len(asked) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda u, X, W: (u @ W.T, X.T @ u, -u.sum(0)), "exactly minus"),
        (lambda u, X, W: (u @ W.T, X.T @ u, 2.5 * u.sum(0)), "2.5 times that"),
        (lambda u, X, W: (u @ W.T, (X.T @ u).T, u.sum(0)), "changed places"),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0, keepdims=True)), "an axis of length 1 too many"),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0) * np.nan), "`db` has NaN at [0]"),
        (lambda u, X, W: (u @ W.T, X.T @ u, None), "`db` is None"),
        (lambda u, X, W: None, "nothing was returned: is there a `return`?"),
        (lambda u, X, W: (u @ W.T, X.T @ u), "db: the answer returned 2 values, where 3 are asked for: `(dX, dW, db)`."),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0), 1), "4 values were returned"),
        (lambda u, X, W: (u @ W.T, X.T @ u, "db"), "holds text, not real numbers"),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0) + 0j), "complex numbers"),
        (lambda u, X, W: (u @ W.T, X.T @ u, [[1], [2, 3]]), "rows differ in length"),
        (lambda u, X, W: 1 / 0, "ZeroDivisionError"),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0) * np.inf), "differs"),
        (lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0) + (np.arange(W.shape[1]) == 0)), "entries differ; the others are right"),
        (lambda u, X, W: (u @ W, X.T @ u, u.sum(0)), "W is not transposed"),
        (lambda u, X: None, "TypeError"),
    ],
)
def test_the_reason_names_what_is_wrong(answer, says):
    assert says in reason(answer)


def test_values_stacked_in_one_array_are_taken_apart_where_the_right_ones_have_one_shape():
    def sgd_step(theta, gradient, m, learning_rate, momentum):
        m = momentum * m + gradient
        return np.stack([theta - learning_rate * m, m])

    def best_alone(*inputs):
        return np.array(exercise("train_with_early_stopping").right(*inputs)[0])

    assert grade_function(exercise("sgd_step"), sgd_step, 0).outcome == "passed"
    assert grade_function(exercise("paired_interval"), lambda *x: np.array(exercise("paired_interval").right(*x)), 0).outcome == "passed"
    best, losses = grade_function(exercise("train_with_early_stopping"), best_alone, 0).marks
    assert best.outcome == "passed"  # two weights, and no two values
    assert losses.reason == "the answer returned 1 value, where 2 are asked for: `(best_w, val_losses)`. It is `best_w`."


def test_a_single_value_that_is_not_the_first_is_told_once_for_all():
    dense_forward = exercise("dense_forward")
    verdict = grade_function(dense_forward, lambda *inputs: dense_forward.right(*inputs)[1], 0)
    assert {mark.reason for mark in verdict.marks} == {"the answer returned 1 value, where 2 are asked for: `(Z, H)`. It is `H`."}
    assert "commas" in verdict.marks[0].hint and "" == verdict.marks[0].cause


def test_a_value_that_is_missing_in_some_cases_is_told_with_one():
    linear_probe = exercise("linear_probe")

    def sometimes(H, Y, lam):
        W, b = linear_probe.right(H, Y, lam)
        return W if len(H) < W.shape[0] else (W, b)

    weights, biases = grade_function(linear_probe, sometimes, 0).marks
    assert weights.outcome == "passed"
    assert biases.reason == "the answer returned 1 value, where 2 are asked for: `(W, b)` (case “more units than examples”)."


def test_a_factor_of_the_batch_size_is_called_that():
    def mean_not_taken(logits, labels):
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        return -np.log(p[np.arange(len(labels)), labels]).mean(), p - np.eye(logits.shape[1])[labels]

    assert "5 is your batch size" in reason(mean_not_taken, "softmax_cross_entropy")


def test_a_factor_is_that_of_the_case_whose_numbers_are_shown():
    large, small = (Case(f"{n} rows", {"X": np.arange(1.0, 2 * n + 1).reshape(n, 2)}, batch="X") for n in (7, 3))
    e = Exercise(
        right=lambda X: X.sum(axis=0),
        criteria=(Criterion("total", 1, "the sum of each column"),),
        cases=lambda rng: iter([large, small]),
        expected=lambda case: {"total": Expected(case.inputs["X"].sum(axis=0))},
    )
    said = str(grade_function(e, lambda X: len(X) * X.sum(axis=0), 0))
    assert "yours 36, right value 12 (case “3 rows”)" in said
    assert "It is exactly 3 times that, in every entry, and 3 is your batch size." in said


def test_the_worst_entry_is_shown_with_both_values():
    def one_off(u, X, W):
        dX, dW, db = right(u, X, W)
        dW[1, 0] += 3.0
        return dX, dW, db

    verdict = grade_function(LINEAR, one_off, 0)
    assert [mark.outcome for mark in verdict.marks] == ["passed", "failed", "passed"]
    case = min((case for case in LINEAR.cases(np.random.default_rng(0)) if not case.entrywise), key=lambda case: case.size)
    value = (case.inputs["X"].T @ case.inputs["upstream"])[1, 0]
    assert f"`dW` differs at [1, 0]: yours {value + 3:.6g}, finite difference {value:.6g}" in verdict.reason


def test_of_the_failing_cases_the_smallest_is_shown_and_ordinary_numbers_come_before_extreme_ones():
    sizes = {"large": 9, "small": 2, "extreme": 1}
    e = replace(
        EVEN,
        cases=lambda rng: (Case(name, {"n": np.arange(n)}, entrywise=name == "extreme") for name, n in sizes.items()),
        expected=lambda case: {"numbers": Expected(2.0 * case.inputs["n"])},
    )
    assert "case “small”" in grade_function(e, lambda n: 2 * n + 1, 0).marks[0].reason
    assert "case “large”" in grade_function(e, lambda n: 2 * n + (len(n) > 2), 0).marks[0].reason
    assert "case “large”" in grade_function(e, lambda n: 1 // (len(n) > 2) * n * n, 0).marks[0].reason, "a value before an error"


def test_more_numbers_than_anybody_needs_are_refused():
    many = np.broadcast_to(0.0, (1000, 1001))
    verdict = grade(LINEAR, lambda case: Reply((many, many, many)), 0)
    assert verdict.earned == 0 and "the answer returned 3,003,000 numbers, and more than 1,000,000 are not looked at" in verdict.reason


def test_an_input_changed_in_place_is_told_and_fails():
    def in_place(u, X, W):
        dX = u @ W.T
        X *= 0
        return dX, X.T @ u, u.sum(0)

    verdict = grade_function(LINEAR, in_place, 0)
    assert verdict.earned == 0 and "changed its input `X` in place" in verdict.reason


def test_our_own_fault_is_never_the_students():
    def broken(case):
        raise CouldNotGrade("the worker went away")

    verdict = grade(LINEAR, broken, 0)
    assert verdict.outcome == "could not grade" and "the worker went away" in verdict.reason


def test_a_hostile_reply_cannot_break_the_judge():
    replies = [
        Reply((np.ones(3),)),
        Reply((np.ones((2, 2), bool), NotAnArray("None"), np.array(7))),
        Reply(tuple(np.full((4, 7), np.nan) for _ in range(3))),
        Reply((np.zeros((0, 5)), np.zeros((1, 1, 1, 1)), np.array(2**63, dtype=np.uint64))),
        Reply((np.array([], dtype=np.float32), np.array(np.inf), np.full(7, -np.inf))),
        Reply(changed=("no such input",)),
        Reply(problem="x" * 10_000),
    ]
    for reply in replies:
        verdict = grade(LINEAR, lambda case, reply=reply: reply, 0)
        assert verdict.earned == 0 and verdict.outcome == "failed" and str(verdict) and verdict._repr_html_()


def test_huge_numbers_are_wrong_and_raise_no_warning():
    for value in (1e308, -1e308, np.inf):
        verdict = grade(
            LINEAR, lambda case, value=value: Reply(tuple(np.full(np.shape(e.value), value) for e in LINEAR.expected(case).values())), 0
        )
        assert verdict.earned == 0


def test_integers_and_booleans_are_numbers():
    assert grade_function(exercise("relu_backward"), lambda u, Z: [[float(x) for x in row] for row in u * (Z > 0)], 0).outcome == "passed"


def test_half_precision_is_not_enough():
    assert grade_function(exercise("linear_forward"), lambda X, W, b: (X @ W + b).astype(np.float16), 0).earned == 0


def test_a_small_relative_error_is_found():
    for size in (1e-3, 1e-5, 1e-7):
        assert grade_function(LINEAR, lambda u, X, W, size=size: tuple(a * (1 + size) for a in right(u, X, W)), 0).earned == 0


def test_better_asks_for_a_second_verdict_only_where_there_is_something_to_gain():
    def mark(outcome):
        return Verdict("e", "", (Mark("a", 1, outcome, "because" if outcome == "failed" else ""),))

    def never():
        raise AssertionError("not asked for")

    for outcome in ("passed", "could not grade"):
        assert better(mark(outcome), never).outcome == outcome
    assert better(mark("failed"), lambda: mark("failed")).note == ""
    assert better(mark("not written"), lambda: mark("passed")).earned == 1, "an answer that it calls is not written yet"
    counted = better(mark("failed"), lambda: mark("passed"))
    assert counted.earned == 1 and "because" in counted.note


# A property in place of a value, and cases about some of the criteria.


def even(n):
    """n even numbers."""
    return 2 * np.arange(n)


def both(what):
    """1 or 2."""
    return 1.0 if what == "one" else 2.0


EVEN = Exercise(
    right=even,
    criteria=(Criterion("numbers", 1, "n even numbers"),),
    cases=lambda rng: iter([Case("three", {"n": 3})]),
    expected=lambda case: {"numbers": Property(lambda x: Finding("one is odd", cause="it is counted") if (x % 2).any() else None)},
    mistakes=(Mistake("it is counted", "Halve it.", "2 * np.arange → np.arange"),),
    causes=("it is counted",),
)
BOTH = Exercise(
    right=both,
    criteria=(Criterion("one", 1, "1"), Criterion("two", 1, "2")),
    cases=lambda rng: (Case(name, {"what": name}, criteria=(name,)) for name in ("one", "two")),
    expected=lambda case: {case.name: Expected(np.array({"one": 1.0, "two": 2.0}[case.name]))},
    returns=1,
    mistakes=(Mistake("the name is counted", "Count again.", lambda what: float(len(what))),),
)


def test_a_property_passes_any_value_that_has_it_and_says_what_is_wrong_with_others():
    assert grade_function(EVEN, lambda n: [2, 0, 4], 0).outcome == "passed"
    [mark] = grade_function(EVEN, lambda n: [1, 2, 4], 0).marks
    assert (mark.reason, mark.hint, mark.cause) == ("one is odd", "Halve it.", "it is counted")


def test_a_property_may_have_its_causes_tried():
    def test(x):
        return Finding("one is odd", "Look again.") if (x % 2).any() else None

    e = replace(EVEN, expected=lambda case: {"numbers": Property(test, reproducible=True)})
    [mark] = grade_function(e, lambda n: [0, 1, 2], 0).marks
    assert (mark.cause, mark.hint) == ("it is counted", "Halve it.")
    [mark] = grade_function(e, lambda n: [0, 1, 3], 0).marks
    assert (mark.cause, mark.hint) == ("", "Look again.")


def test_a_property_that_names_an_unknown_cause_is_a_fault_of_the_course():
    e = replace(EVEN, expected=lambda case: {"numbers": Property(lambda x: Finding("one is odd", cause="unheard of"))})
    with pytest.raises(ValueError, match="even has no mistake called 'unheard of'"):
        grade_function(e, even, 0)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda n: None, "nothing was returned"),
        (lambda n: "two", "holds text"),
        (lambda n: 1 / 0, "ZeroDivisionError"),
        (lambda n: [[2], [2, 4]], "rows differ"),
    ],
)
def test_a_property_is_not_asked_of_what_has_no_numbers(answer, says):
    verdict = grade_function(EVEN, answer, 0)
    assert verdict.outcome == "failed" and says in verdict.reason


def test_a_case_about_one_criterion_costs_no_other():
    def half(what):
        if what == "one":
            raise NotImplementedError
        return 2

    def broken(what):
        return 1 / (what == "two") * 2

    for answer, outcome in ((half, "not written"), (broken, "failed")):
        one, two = grade_function(BOTH, answer, 0).marks
        assert (one.outcome, two.outcome) == (outcome, "passed")


def test_a_mistake_is_named_in_a_case_about_one_criterion():
    assert grade_function(BOTH, lambda what: 3, 0).marks[1].cause == "the name is counted"


def test_a_criterion_that_no_case_is_about_is_our_fault():
    e = replace(BOTH, cases=lambda rng: iter([Case("one", {"what": "one"}, criteria=("one",))]))
    assert grade_function(e, lambda what: 1, 0).marks[1].outcome == "could not grade"


def test_entries_have_words_where_an_index_says_little():
    e = replace(BOTH, expected=lambda case: {case.name: Expected(np.array([1.0, 2.0]), entries=("value", "slope"))})
    assert "differs in slope: yours 3" in grade_function(e, lambda what: [1, 3], 0).marks[0].reason


def test_a_wrong_array_comes_with_a_map_of_where():
    verdict = grade_function(LINEAR, lambda u, X, W: (u @ W.T, X.T @ u, u.sum(0) * 2), 0)
    [row] = verdict.marks[2].where
    assert verdict.marks[0].where == () and min(row) > 0 and max(row) == 4
    assert "█" in str(verdict) and 'role="img"' in verdict._repr_html_()


def test_truth_values_are_compared_and_named_as_such():
    e = replace(BOTH, expected=lambda case: {case.name: Expected(np.array([True, False]))})
    assert grade_function(e, lambda what: [True, False], 0).outcome == grade_function(e, lambda what: [1, 0], 0).outcome == "passed"
    assert "at [1]: yours True, right value False" in grade_function(e, lambda what: [True, True], 0).marks[0].reason
    assert "yours 0.5" in grade_function(e, lambda what: [1, 0.5], 0).marks[0].reason


def test_an_answer_and_a_mistake_that_both_raise_in_another_case():
    def shaky(what):
        return 3 if what == "one" else 1 / 0

    e = replace(BOTH, mistakes=(Mistake("it is shaky", "Hold it.", shaky),), cases=lambda rng: iter(
        [Case("one", {"what": "one"}, criteria=("one",)), Case("two", {"what": "two"}, criteria=("one", "two"))]
    ), expected=lambda case: {name: Expected(np.array(1.0)) for name in case.criteria})  # fmt: skip
    assert grade_function(e, shaky, 0).marks[0].cause == "it is shaky"


def test_finite_differences_cast_to_float32_earn_nothing():
    def by_differences(upstream, Z):
        def sigmoid(z):
            return np.exp(-np.logaddexp(0, -z))

        Z = Z.astype(float)
        return (upstream * (sigmoid(Z + 1e-5) - sigmoid(Z - 1e-5)) / 2e-5).astype(np.float32)

    verdict = grade_function(exercise("sigmoid_backward"), by_differences, 4)
    assert verdict.earned == 0 and "finite differences" in verdict.reason
