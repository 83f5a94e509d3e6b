from __future__ import annotations

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from dataexplore.lineage.pictures.figure import SMALLEST_POINTS, draw
from tests.lineage.pictured import busiest_column, hostile, lineage, statuses

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def save(ax, kind="png"):
    with io.BytesIO() as file:
        ax.figure.savefig(file, format=kind, dpi=40)
        return file.getvalue()


@pytest.mark.parametrize(("count", "columns"), [(1, 0), (5, 6), (30, 12), (100, 8)])
def test_figures_of_all_sizes_have_readable_text(count, columns):
    made = lineage(count, columns=columns)
    path = busiest_column(made) if count > 1 else None
    ax = draw(made, columns=True, path=path, status=statuses(made))
    assert save(ax)
    assert min(text.get_fontsize() for text in ax.texts) >= SMALLEST_POINTS - 1e-9
    assert len(ax.collections) < 40


@pytest.mark.parametrize("dark", [False, True])
def test_texts_stay_within_their_cards(dark):
    made = lineage(30)
    ax = draw(made, dark=dark)
    renderer = ax.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in ax.texts]
    cards = [
        path.get_extents(ax.transData)
        for collection in ax.collections
        if collection.get_zorder() == 3
        for path in collection.get_paths()
    ]
    assert all(any(card.x0 < box.x0 and box.x1 < card.x1 for card in cards) for box in boxes)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_hostile_names_are_drawn_without_a_warning(kind):
    made = hostile()
    ax = draw(made, columns=True, status=statuses(made))
    assert save(ax, kind)
    shown = [text.get_text() for text in ax.texts]
    assert r"$\frac{$" in shown
    assert any("\\u202e" in text for text in shown)
    assert all(text.isprintable() for text in shown)


def test_a_lone_small_axes_makes_its_figure_grow():
    figure, ax = plt.subplots(figsize=(2, 2))
    assert draw(lineage(30), ax) is ax
    assert figure.get_size_inches()[0] > 10


def test_axes_that_are_large_enough_keep_their_figure():
    figure, axes = plt.subplots(1, 2, figsize=(30, 12))
    draw(lineage(5), axes[0])
    assert figure.get_size_inches().tolist() == [30, 12]


def test_axes_among_others_that_are_too_small_are_refused_with_the_size_it_takes():
    _, axes = plt.subplots(1, 2, figsize=(6, 3))
    with pytest.raises(InputError, match=r"text would be under 6\.5 points.*Give them \d"):
        draw(lineage(30), axes[0])


def test_a_hairball_is_refused_with_advice():
    with pytest.raises(InputError, match=r"300 tables is a hairball.*select"):
        draw(lineage(300))
    assert draw(lineage(300), most=40)


def test_lines_make_a_hairball_too():
    with pytest.raises(InputError, match=r"[2-9],\d+ lines is a hairball.*columns"):
        draw(lineage(240, columns=20), columns=20)


def test_a_figure_that_would_be_too_large_to_read_is_refused():
    chain = Lineage.from_edges([(f"a.b.t{i}", f"a.b.t{i + 1}") for i in range(100)])
    with pytest.raises(InputError, match=r"figure of \d+ by \d+ inches"):
        draw(chain)


def test_a_cut_is_stated_in_the_figure():
    ax = draw(lineage(30), most=10)
    assert any(text.get_text().startswith("Shows 10 of ") for text in ax.texts)


def test_plot_draws():
    assert lineage(5).plot(dark=True).texts
