"""What a network answers when it is asked why: images beside their explanations, paths, and units one by one."""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes

from course.plots.picture import BLUE, DIVERGING, GREEN, INK, MAUVE, ORANGE, PALE, VERMILLION, Array, Picture, axes, largest, number

COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, MAUVE)


def strongest_inputs(W: Array, images: Array, shape: tuple[int, int], activations: Array, *, titles: Sequence[str]) -> Picture:
    """A row for each unit: its weights, and the images that activate it most, strongest first.

    W is (in, units), `images` (units, count, in) with pixels in [0, 1], `activations` (units, count); `titles` name the units. Raises
    ValueError for shapes that do not fit together.
    """
    W, images, activations = np.asarray(W), np.asarray(images), np.asarray(activations)
    units, count = images.shape[:2]
    if W.shape != (np.prod(shape), units) or images.shape[2:] != W.shape[:1] or activations.shape != (units, count) or len(titles) != units:
        raise ValueError(
            f"expected W (in, units), images (units, count, in), activations (units, count) and a title for each unit, with in = "
            f"{np.prod(shape)}, got {W.shape}, {images.shape}, {activations.shape} and {len(titles)} titles"
        )
    picture = Picture(1.05 * (count + 1) + 1.1, 1.3 * units + 0.3)
    panels = picture.subplots(units, count + 1, squeeze=False)
    limit = largest([W])
    for row, weights, found, values, title in zip(panels, W.T, images, activations, titles, strict=True):
        row[0].imshow(weights.reshape(shape), cmap=DIVERGING, vmin=-limit, vmax=limit)
        row[0].set_ylabel(title, fontsize=10, color=INK)
        row[0].set_title("its weights", fontsize=9, color=INK, pad=3)
        for ax, image, value in zip(row[1:], found, values, strict=True):
            grey(ax, image.reshape(shape))
            ax.set_title(number(value), fontsize=9, color=INK, pad=3)
        for ax in row:
            ax.set(xticks=[], yticks=[])
    strongest = ", ".join(f"{title} {number(values[0])}" for title, values in zip(titles, activations, strict=True))
    picture.alt = f"For each of {units} units its weights as an image, and the {count} images that activate it most: {strongest} at most."
    picture.caption = "Left, the weights: blue negative, vermillion positive. Beside them, strongest first, images and their activations."
    return picture


def votes(weights: Array, activations: Array, *, titles: Sequence[str]) -> Picture:
    """What hidden units say, class by class: how active each is for a class, and below it the weight by which it adds to its logit.

    `weights` and `activations`, a mean for each class, are (units, classes). Raises ValueError where shapes or titles do not fit.
    """
    weights, activations = np.asarray(weights), np.asarray(activations)
    if weights.shape != activations.shape or len(titles) != len(weights):
        raise ValueError(f"expected two arrays (units, classes), a title a unit, got {weights.shape}, {activations.shape}, {len(titles)}")
    picture = Picture(3.4 * len(titles) + 0.6, 4.2)
    panels = picture.subplots(2, len(titles), squeeze=False, sharex=True, sharey="row")
    classes, reports = np.arange(weights.shape[1]), []
    for (top, bottom), title, row, active in zip(panels.T, titles, weights, activations, strict=True):
        top.bar(classes, active, color=GREEN)
        bottom.bar(classes, row, color=np.where(row > 0, VERMILLION, BLUE))
        bottom.axhline(0, color=INK, linewidth=0.8)
        top.set_title(title, fontsize=12, color=INK)
        bottom.set_xticks(classes)
        bottom.set_xlabel("class", fontsize=11)
        for ax in (top, bottom):
            ax.spines[["top", "right"]].set_visible(False)
        first, second = row.argsort()[::-1][:2]
        reports.append(
            f"{title}: most active for class {active.argmax()} ({number(active.max())}); votes for class {first} "
            f"({number(row[first])}), then {second} ({number(row[second])})"
        )
    panels[0, 0].set_ylabel("mean activation", fontsize=11)
    panels[1, 0].set_ylabel("vote, $w_{ci}$", fontsize=11)
    picture.alt = f"Two rows of bars over {len(classes)} classes, a column for each of {len(titles)} units. {'; '.join(reports)}."
    picture.caption = f"{'; '.join(reports)}."
    return picture


def explanations(images: Array, maps: Mapping[str, Array], shape: tuple[int, int], *, titles: Sequence[str]) -> Picture:
    """A row for each image: the image, and maps that explain what a network says of it, signed or sizes, each on a scale of its own.

    `images` is (rows, in), with pixels in [0, 1]; `maps` gives each explanation's (rows, in) by its name; `titles` name the rows. Raises
    ValueError for shapes that do not fit together.
    """
    images = np.asarray(images)
    arrays = {name: np.asarray(array) for name, array in maps.items()}
    wanted = (len(titles), int(np.prod(shape)))
    if not arrays or any(array.shape != wanted for array in (images, *arrays.values())):
        shapes = ", ".join(str(array.shape) for array in (images, *arrays.values()))
        raise ValueError(f"expected images and at least one map, all of shape {wanted}, got {shapes}")
    picture = Picture(1.75 * (len(arrays) + 1) + 0.6, 1.75 * len(images) + 0.4)
    panels = picture.subplots(len(images), len(arrays) + 1, squeeze=False)
    reports = []
    for row, (image, title) in enumerate(zip(images, titles, strict=True)):
        grey(panels[row, 0], image.reshape(shape))
        panels[row, 0].set_ylabel(title, fontsize=10, color=INK)
        for ax, (name, array) in zip(panels[row, 1:], arrays.items(), strict=True):
            limit = largest([array[row]])
            ax.imshow(array[row].reshape(shape), cmap=DIVERGING, vmin=-limit, vmax=limit)
            ax.set_title(f"{name}\nup to {number(limit)}", fontsize=10, color=INK, pad=3)
            at = np.unravel_index(int(np.abs(array[row]).argmax()), shape)
            reports.append(f"{title}, {name}: largest at row {at[0]}, column {at[1]}" if array[row].any() else f"{title}, {name}: all zero")
    for ax in panels.flat:
        ax.set(xticks=[], yticks=[])
    picture.alt = f"Images, and beside each the maps {', '.join(arrays)}. {'; '.join(reports)}."
    signed = any((array < 0).any() for array in arrays.values())
    colours = "Blue: negative, white: zero, vermillion: positive" if signed else "White: zero; the more vermillion, the larger"
    picture.caption = f"{colours}. Each map has its own scale."
    return picture


def grey(ax: Axes, image: Array) -> None:
    """An image with pixels in [0, 1]: 0 black, 1 white."""
    ax.imshow(image, cmap="gray", vmin=0, vmax=1)
    cast(Picture, ax.get_figure()).has_images = True


def path_slopes(shares: Array, values: Array, slopes: Array, samples: tuple[Array, Array]) -> Picture:
    """A logit along the path from a baseline to an input, and its slope there, whose area is the logit's rise.

    `shares`, places on the path in [0, 1], `values` and `slopes` (d logit / dα) are of one length; `samples` are the places and slopes
    that a midpoint rule looks at, each standing for a part of the path of equal length.
    """
    picture, (above, below) = axes(10.0, 3.6, ["the logit along the path", "its slope, and what the midpoint rule sees"])
    above.plot(shares, values, color=BLUE, linewidth=2)
    above.plot(shares[[0, -1]], values[[0, -1]], color=PALE, linewidth=1.2, linestyle="--")
    above.set_ylabel("logit", fontsize=11)
    at, found = samples
    below.bar(at, found, width=1 / len(at), color=BLUE, alpha=0.2, edgecolor=BLUE)
    below.plot(shares, slopes, color=VERMILLION, linewidth=2)
    below.plot(shares[-1], slopes[-1], "o", markersize=7, color=VERMILLION, clip_on=False, zorder=5)
    below.axhline(0, color=INK, linewidth=0.8)
    below.axhline(values[-1] - values[0], color=PALE, linewidth=1.2, linestyle="--")
    below.set_ylabel("slope", fontsize=11)
    for ax in (above, below):
        ax.set_xlabel("place on the path, α", fontsize=11)
        ax.set_xlim(0, 1)
        ax.grid(alpha=0.25)
    rise, area = values[-1] - values[0], np.mean(found)
    found_out = f"The logit rises by {rise:.3f}; the {len(at)} bars have an area of {area:.3f}; the slope at the end is {slopes[-1]:.3f}."
    picture.caption = f"{found_out} Dashed: a straight way with the same ends, and its slope, the mean."
    picture.alt = f"Left: the logit along the path, from {values[0]:.2f} to {values[-1]:.2f}. Right: its slope, in steps. {found_out}"
    return picture


def completeness_gap(steps: Sequence[int], gaps: Mapping[str, Sequence[float]]) -> Picture:
    """How far attributions are from complete, against the number of steps, both axes logarithmic, one line for each rule."""
    picture, (ax,) = axes(7.5, 3.8, ["how far are the shares from complete?"])
    for (name, gap), colour, marker in zip(gaps.items(), COLOURS, "osD^v", strict=False):
        ax.loglog(steps, gap, marker=marker, markersize=5, linewidth=1.8, color=colour)
        ax.annotate(name, (steps[0], gap[0]), xytext=(8, 4), textcoords="offset points", fontsize=11, color=colour)
    ax.set_xticks(steps, [str(count) for count in steps])
    ax.minorticks_off()
    ax.margins(y=0.12)
    ax.set_xlabel("steps on the path", fontsize=11)
    ax.set_ylabel("|rise of the logit − sum of shares|", fontsize=11)
    ax.grid(alpha=0.25)
    finding = "; ".join(f"{name}: {gap[0]:.1e} with {steps[0]} steps, {gap[-1]:.1e} with {steps[-1]}" for name, gap in gaps.items())
    picture.alt = f"Gap against steps, both axes logarithmic. {finding}."
    picture.caption = f"{finding}."
    return picture


def unit_bars(values: Mapping[str, Array], *, ylabel: str) -> Picture:
    """One quantity for each hidden unit, in one or several ways side by side, sorted by the first of them."""
    arrays = {name: np.asarray(array, dtype=float) for name, array in values.items()}
    first = next(iter(arrays.values()))
    order = np.argsort(-first, kind="stable")
    picture, (ax,) = axes(10.0, 3.6, [f"{ylabel}, unit by unit"])
    width = 0.8 / len(arrays)
    for k, ((name, array), colour) in enumerate(zip(arrays.items(), COLOURS, strict=False)):
        ax.bar(np.arange(len(order)) + (k - (len(arrays) - 1) / 2) * width, array[order], width=width, color=colour, label=name)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xticks(np.arange(len(order)), [str(unit) for unit in order], fontsize=9)
    ax.set_xlabel("hidden unit", fontsize=11)
    ax.set_ylabel(ylabel, fontsize=11)
    ax.margins(x=0.01)
    if len(arrays) > 1:
        ax.legend(fontsize=10, frameon=False)
    finding = "; ".join(f"{name}: {array.max():.3g} at most, for unit {array.argmax()}" for name, array in arrays.items())
    picture.alt = f"{ylabel} for {len(order)} hidden units, as bars. {finding}."
    picture.caption = f"{finding}."
    return picture


def explained_logit(
    image: Array, attribution: Array, contributions: Array, bias: float, probabilities: Array, *, target: int, quantity: str
) -> Picture:
    """A square image, an explanation of the logit of a target class, the contributions of hidden units to it, and all probabilities.

    Of the units, the 16 with the largest contributions in size are shown. The bias and all contributions add up to the logit.
    """
    shape = [int(np.sqrt(len(image)))] * 2
    order = np.argsort(-np.abs(contributions), kind="stable")[:16]
    order = order[np.argsort(-contributions[order], kind="stable")]
    picture, (left, middle, units, classes) = axes(11.5, 3.2, ["image", f"{quantity}, logit of {target}", "contributions", "probabilities"])
    grey(left, image.reshape(shape))
    limit = largest([attribution])
    middle.imshow(attribution.reshape(shape), cmap=DIVERGING, vmin=-limit, vmax=limit)
    for ax in (left, middle):
        ax.set(xticks=[], yticks=[])
    units.barh(np.arange(len(order)), contributions[order], color=np.where(contributions[order] > 0, VERMILLION, BLUE))
    units.set_yticks(np.arange(len(order)), [str(unit) for unit in order], fontsize=8)
    units.set(ylabel="hidden unit", xlabel=f"contribution to the logit of {target}")
    classes.barh(np.arange(len(probabilities)), probabilities, color=np.where(np.arange(len(probabilities)) == target, ORANGE, PALE))
    classes.set_yticks(np.arange(len(probabilities)))
    classes.set(xlim=(0, 1), xlabel="probability", ylabel="class")
    for ax in (units, classes):
        ax.invert_yaxis()
    total, says = contributions.sum(), int(probabilities.argmax())
    picture.caption = (
        f"The network reads {says}, with probability {number(probabilities[says])}. The logit of {target} is {number(total + bias)}: "
        f"the units contribute {number(total)}, the bias {number(bias)}."
    )
    picture.alt = f"An image, its {quantity}, bars for the {len(order)} largest contributions, and for all probabilities. {picture.caption}"
    return picture
