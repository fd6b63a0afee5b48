"""`improved`: whether a loss counts as better than the best one."""

from collections.abc import Iterator

from course.judging.exercise import Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng


def improved(loss, best_loss, min_delta):
    """Whether a loss is lower than the best one by more than min_delta: True or False."""
    return loss < best_loss - min_delta


def gain_is_more_than_the_margin(loss: float, best_loss: float, min_delta: float) -> bool:
    return best_loss - loss > min_delta


def cases(rng: Rng) -> Iterator[Case]:
    best = float(rng.integers(3 * 64, 4 * 64)) / 64
    pairs = {
        "far below the best": (best - 1.0, 0.25),
        "far above the best": (best + 1.0, 0.25),
        "below the best, by less than the margin": (best - 0.125, 0.25),
        "above the best, by less than the margin": (best + 0.125, 0.25),
        "as low as the best": (best, 0.0),
        "below the best by the margin exactly": (best - 0.25, 0.25),
        "a little better, and no margin": (best - 1 / 64, 0.0),
        "below the best by more than the margin": (best - 0.75, 0.5),
        "a loss that is NaN": (float("nan"), 0.25),
    }
    for name, (loss, min_delta) in pairs.items():
        yield Case(name, {"loss": loss, "best_loss": best, "min_delta": min_delta})
    yield Case("the first loss of all", {"loss": best, "best_loss": float("inf"), "min_delta": 0.25})


EXERCISE = Exercise(
    right=improved,
    criteria=(Criterion("improvement", 1, "True or False"),),
    cases=cases,
    expected=value_of(gain_is_more_than_the_margin, "improvement"),
    mistakes=(
        Mistake("a tie counts as an improvement",
                "A loss that is lower by exactly `min_delta`, or just as low as the best: is that better *by more than* `min_delta`?",
                "loss < → loss <="),
        Mistake("`min_delta` is left out",
                "The new loss has to be lower than the best one by more than a margin. Where is the margin in your formula?",
                " - min_delta → "),
        Mistake("higher counts as better", "We watch a loss. Which way is better?", ("loss < → loss >", "- min_delta → + min_delta")),
        Mistake("higher counts as better, and a tie counts, too",
                "We watch a loss. Which way is better, and is a tie better at all?",
                ("loss < → loss >=", "- min_delta → + min_delta")),
        Mistake("the margin is added in place of subtracted",
                "With a margin, is it harder or easier to count as better? Try your formula with a loss just above the best.",
                "- min_delta → + min_delta"),
        Mistake("any change counts as an improvement",
                "A loss that has grown has changed, too.",
                "loss < best_loss - min_delta → abs(loss - best_loss) > min_delta"),
        Mistake("`min_delta` is taken as a part of the best loss",
                "`min_delta` is in units of the loss: it is subtracted, nothing is multiplied.",
                "best_loss - min_delta → best_loss * (1 - min_delta)"),
        Mistake("`min_delta` is taken as a part of the best loss, which is infinite at the start",
                "`min_delta` is in units of the loss: it is subtracted, and nothing is divided. What is infinity divided by infinity?",
                "loss < best_loss - min_delta → (best_loss - loss) / best_loss > min_delta"),
        Mistake("the best loss is multiplied by `min_delta`",
                "`min_delta` is in units of the loss: it is subtracted, nothing is multiplied.",
                "best_loss - min_delta → best_loss * min_delta"),
        Mistake("the loss is compared with `min_delta` alone",
                "Better than what? Where is the best loss in your formula?",
                "best_loss - min → min"),
        Mistake("the gain is returned, and not whether it is large enough",
                "The answer is True or False: what do you compare the gain with?",
                "loss < best_loss - min_delta → best_loss - loss - min_delta"),
        Mistake("True and False have changed places",
                "Is the new loss lower by more than the margin? Then the answer is True.",
                "loss < → loss >="),
        Mistake("NaN counts as an improvement",
                "`<` and `>=` with NaN are both False. So what does a `not` before them make of NaN?",
                "loss < → not loss >="),
    ),
)
