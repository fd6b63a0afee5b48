"""`confusion_matrix`: which classes are taken for which."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng


def confusion_matrix(labels, predictions, classes):
    """Table of counts: row r, column c says how many examples of class r the network takes for class c.

    labels and predictions are (N,), integers in 0..classes-1; the table is (classes, classes).
    """
    table = np.zeros((classes, classes), dtype=int)
    np.add.at(table, (labels, predictions), 1)
    return table


def counts(labels: Array, predictions: Array, classes: int) -> list[list[int]]:
    return [[int(((labels == r) & (predictions == c)).sum()) for c in range(classes)] for r in range(classes)]


def cases(rng: Rng) -> Iterator[Case]:
    def case(name: str, n: int, classes: int, used: int) -> Case:
        labels = rng.permutation(np.arange(n) % used)
        predictions = np.where(rng.random(n) < 0.6, labels, rng.integers(used, size=n))
        predictions[:3] = (labels[:3] + 1) % used
        return Case(name, {"labels": labels, "predictions": predictions, "classes": classes})

    yield case("three classes", 30, 3, 3)
    yield case("ten classes", 200, 10, 10)
    yield case("classes that never occur", 40, 7, 5)


COUNTS = "Whole numbers are asked for: how many examples?"

EXERCISE = Exercise(
    right=confusion_matrix,
    criteria=(Criterion("table", 2, "the counts, shape (classes, classes)"),),
    cases=cases,
    expected=value_of(counts, "table"),
    mistakes=(
        Mistake("a pair that comes twice is counted once",
                "`table[rows, columns] += 1` reads all the old entries first, and writes each once. Count 3, 3, 3 by hand and see.",
                "np.add.at(table, (labels, predictions), 1) → table[labels, predictions] += 1"),
        Mistake("rows and columns are exchanged",
                "A row for each true class: what stands in row 3, column 5?",
                "(labels, predictions), 1 → (predictions, labels), 1"),
        Mistake("the table ends with the largest class that occurs",
                "There are `classes` classes, whether all of them turn up or not.",
                "table = np.zeros( → classes = max(*labels, *predictions) + 1; table = np.zeros("),
        Mistake("the last example is left out",
                "How many numbers have you counted, and how many examples are there?",
                "np.add.at(table, (labels, predictions), 1) → np.add.at(table, (labels[:-1], predictions[:-1]), 1)"),
        Mistake("the first example is left out",
                "How many numbers have you counted, and how many examples are there?",
                "np.add.at(table, (labels, predictions), 1) → np.add.at(table, (labels[1:], predictions[1:]), 1)"),
        Mistake("an error is counted in both directions",
                "A 3 that is taken for a 5 is no 5 that is taken for a 3.",
                "return table → return table + table.T - np.diag(np.diag(table))"),
        Mistake("the diagonal is counted twice",
                "Each example is counted once, whether it is a hit or not.",
                "return table → return table + np.diag(np.diag(table))"),
        Mistake("shares of a column stand where counts belong",
                COUNTS,
                "return table → return table / np.maximum(table.sum(axis=0, keepdims=True), 1)"),
        Mistake("shares of a row stand where counts belong",
                COUNTS,
                "return table → return table / np.maximum(table.sum(axis=1, keepdims=True), 1)"),
        Mistake("shares of all examples stand where counts belong", COUNTS, "return table → return table / len(labels)"),
        Mistake("the right ones are left out",
                "All examples are counted, the hits on the diagonal among them.",
                "return table → return table * (1 - np.eye(classes))"),
        Mistake("only the right ones are counted",
                "The hits stand on the diagonal. Where do the errors stand?",
                "return table → return table * np.eye(classes)"),
    ),
)
