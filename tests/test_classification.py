"""Classification families and learners against closed forms and other libraries."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from sklearn.datasets import load_digits, make_circles, make_moons
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import NearestCentroid
from torch import nn

from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream, uniform
from hypernet.learners import (
    LEARNERS,
    LearnerOptions,
    LogisticHeadOptions,
    LogisticOptions,
    MatchingOptions,
    PrototypesOptions,
    RidgeOptions,
)
from hypernet.learners.embedding import ConvOptions, PixelsOptions
from hypernet.learners.ridge import Ridge as RidgeLearner
from hypernet.presets import CLUSTERS as CLUSTERS_PRESETS
from hypernet.presets import DIGITS, PLANAR, SKETCHES, load_preset
from hypernet.protocols import ForClasses, Learner
from hypernet.tasks import Clusters, Digits, Planar, Sketches
from hypernet.tasks.classes import accuracy, cross_entropy
from hypernet.tasks.digits import HELD_OUT, LIKE_HELD_OUT, SIDE
from hypernet.tasks.images import distort
from hypernet.tasks.planar import INNER_RING, KINDS, TEMPLATE, template
from hypernet.types import Batch, Task

CLUSTERS = Clusters(ways=3)
#: Learners that need classes.
HEADS = [kind for kind in LEARNERS.values() if issubclass(kind, ForClasses)]


def test_the_digits_are_those_that_scikit_learn_ships() -> None:
    theirs = load_digits()
    for digit, images in enumerate(Digits.pictures.read()):
        pixels = theirs.data[theirs.target == digit] / 16
        assert torch.equal(images, torch.tensor(pixels, dtype=torch.float32))


def test_moons_and_rings_are_those_of_scikit_learn_moved_to_the_centre() -> None:
    moons, _ = make_moons(2 * TEMPLATE, shuffle=False)
    rings, _ = make_circles(2 * TEMPLATE, shuffle=False, factor=INNER_RING)
    for kind, theirs in (("moons", moons - [0.5, 0.25]), ("rings", rings)):
        points = torch.tensor(theirs, dtype=torch.float32)
        assert torch.equal(template(kind).flatten(0, 1), points)


def clusters_task(shots: int = 6) -> Task:
    theta = CLUSTERS.sample(1, stream(0, "theta"))[0]
    return CLUSTERS.make(theta, stream(1, "points"), shots)


def build(options: LearnerOptions) -> Learner:
    return Experiment(family=CLUSTERS, learner=options).build()


def predict(learner: Learner, task: Task) -> torch.Tensor:
    params = learner.initial(task.description, task.support)
    return learner.predict(params, task.query.x)


def test_cross_entropy_and_accuracy_are_those_of_pytorch() -> None:
    rng = stream(0, "logits")
    logits = torch.randn(4, 7, 3, generator=rng)
    labels = torch.randint(0, 3, (4, 7), generator=rng)
    batch = Batch(logits, nn.functional.one_hot(labels, 3).float())
    expected = nn.functional.cross_entropy(logits.mT, labels, reduction="none").mean(-1)
    torch.testing.assert_close(cross_entropy(logits, batch), expected)
    torch.testing.assert_close(
        accuracy(logits, batch), (logits.argmax(-1) == labels).float().mean(-1)
    )


def test_prototypes_of_pixels_are_the_nearest_centroid_rule() -> None:
    task = clusters_task()
    expected = NearestCentroid().fit(task.support.x.numpy(), task.support.y.argmax(-1).numpy())
    ours = predict(build(PrototypesOptions(embedding=PixelsOptions())), task).argmax(-1)
    assert ours.tolist() == expected.predict(task.query.x.numpy()).tolist()


def test_a_prototype_classifier_is_a_linear_layer_made_of_class_means() -> None:
    task = clusters_task()
    learner = build(PrototypesOptions(embedding=PixelsOptions()))
    means = torch.stack([task.support.x[6 * k : 6 * k + 6].mean(0) for k in range(3)])
    distance = -(task.query.x.unsqueeze(-2) - means).square().sum(-1)
    shared = task.query.x.square().sum(-1, keepdim=True)
    torch.testing.assert_close(predict(learner, task), distance + shared, rtol=1e-4, atol=1e-4)


def test_the_ridge_head_is_the_closed_form_of_scikit_learn() -> None:
    task = clusters_task()
    learner = build(RidgeOptions(penalty=0.7, scale=1.0))
    assert isinstance(learner, RidgeLearner)
    features = learner.embed(task.support.x).detach()
    head = learner.initial(task.description, task.support)["head.weight"].detach()
    fit = Ridge(alpha=0.7, fit_intercept=False, solver="cholesky")
    fit.fit(features.double().numpy(), task.support.y.double().numpy())
    torch.testing.assert_close(
        head, torch.tensor(fit.coef_, dtype=torch.float32), rtol=1e-3, atol=1e-4
    )


def test_matching_gives_each_class_the_attention_of_its_points() -> None:
    task = clusters_task()
    learner = build(MatchingOptions())
    probability = predict(learner, task).exp().sum(-1)
    torch.testing.assert_close(probability, torch.ones_like(probability), rtol=1e-3, atol=1e-3)
    own = learner.predict(learner.initial(task.description, task.support), task.support.x)
    assert accuracy(own, task.support).item() > 0.8


def test_logistic_regression_is_that_of_scikit_learn_for_two_classes_and_more() -> None:
    for ways in (2, 4):
        family = Clusters(ways=ways)
        theta = family.sample(1, stream(0, "theta"))[0]
        task = family.make(theta, stream(1, "points"), 6)
        learner = Experiment(family=family, learner=LogisticOptions()).build()
        fit = LogisticRegression(max_iter=200)
        fit.fit(task.support.x.numpy(), task.support.y.argmax(-1).numpy())
        expected = torch.tensor(fit.predict_proba(task.query.x.numpy()), dtype=torch.float32)
        torch.testing.assert_close(
            predict(learner, task).softmax(-1), expected, rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_family_of_its_own(kind: str) -> None:
    family = Planar(kind=kind)
    theta = family.sample(20, stream(0, "theta"))
    assert {KINDS[int(index)] for index in theta[:, 0]} == {kind}
    task = family.make(theta, stream(1, "points"), 5)
    assert task.support.x.shape == (20, 10, 2)
    assert task.support.y.sum(dim=-2).tolist() == [[5, 5]] * 20


def test_geometry_moves_the_points_and_swap_exchanges_the_labels() -> None:
    family = Planar(kind="moons")
    plain = torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    moved = torch.tensor([1.0, math.pi / 2, 0.3, -0.2, 1.2, 1.0])
    before = family.make(plain, stream(0, "points"), 5).support
    after = family.make(moved, stream(0, "points"), 5).support
    turned = torch.stack([-before.x[:, 1], before.x[:, 0]], dim=-1)
    torch.testing.assert_close(after.x, 1.2 * turned + torch.tensor([0.3, -0.2]))
    torch.testing.assert_close(after.y, before.y.flip(-1))


def test_points_stay_within_the_stated_range() -> None:
    rng = stream(0, "range")
    task = Planar().make(Planar().sample(500, rng), rng, 10)
    low, high = Planar.x_range
    inside = ((task.support.x >= low) & (task.support.x <= high)).float().mean()
    assert inside > 0.998


def test_bayes_rule_is_the_best_on_clusters() -> None:
    rng = stream(0, "bayes")
    theta = CLUSTERS.sample(200, rng)
    task = CLUSTERS.make(theta, rng, 10)
    best = CLUSTERS.best_accuracy(theta, task.query).mean()
    centroid = build(PrototypesOptions(embedding=PixelsOptions()))
    ours = CLUSTERS.accuracy(predict(centroid, task), task.query).mean()
    assert 0.9 < best < 1
    assert ours < best


def test_held_out_digits_are_never_seen_in_training() -> None:
    family = Digits()
    seen = set(family.sample(200, stream(0, "digits")).flatten().tolist())
    unseen = set(family.held_out().sample(200, stream(0, "digits")).flatten().tolist())
    assert seen == {0, 1, 2, 3, 4, 5, 6}
    assert unseen == set(map(float, HELD_OUT))


def test_more_ways_than_unseen_digits_are_those_three_beside_seen_ones() -> None:
    family = Digits(ways=5, unseen=True)
    assert family.held_out() == family
    assert family.protocol.endswith("evaluated on 7, 8 and 9 beside 2 of 0 to 6")
    theta = family.sample(500, stream(0, "digits"))
    assert all(len(row.unique()) == 5 for row in theta)
    assert ((theta.unsqueeze(-1) == torch.tensor(HELD_OUT)).sum(dim=(1, 2)) == 3).all()
    assert set(theta.flatten().tolist()) == set(map(float, range(10)))
    places = (theta == 7).float().mean(dim=0)
    torch.testing.assert_close(places, torch.full((5,), 0.2), atol=0.06, rtol=0)
    everything = Digits(ways=10, unseen=True).sample(3, stream(0, "digits"))
    assert (everything.sort(dim=-1).values == torch.arange(10)).all()


def test_support_and_query_images_are_different_and_prototypes_of_others() -> None:
    family = Digits(unseen=True)
    theta = family.sample(1, stream(0, "digits"))[0]
    task = family.make(theta, stream(1, "images"), 20)
    everything = torch.cat([task.support.x, task.query.x])
    assert len(everything.unique(dim=0)) == len(everything)
    assert (task.support.y.argmax(-1) == torch.arange(3).repeat_interleave(20)).all()
    with pytest.raises(ValueError, match="together at most 87, got 80 and 15"):
        family.make(theta, stream(1, "images"), 80)


def test_raw_pixel_prototypes_repeat_their_known_accuracy_on_digits() -> None:
    learner = Experiment(
        family=Digits(), learner=PrototypesOptions(embedding=PixelsOptions())
    ).build()
    report = evaluate(learner, Digits(), shots=5, inner_steps=[0], tasks=300)
    assert report.accuracy is not None
    assert report.accuracy[0] == pytest.approx(0.92, abs=0.03)


def test_an_augmented_class_is_a_digit_turned_and_mirrored() -> None:
    family = Digits(augment=True)
    first = Digits().make(torch.tensor([2.0, 3.0, 5.0]), stream(0, "images"), 1)
    task = family.make(torch.tensor([12.0, 43.0, 65.0]), stream(0, "images"), 1)
    plain, turned = (t.description.view(3, SIDE, SIDE) for t in (first, task))
    torch.testing.assert_close(turned[0], plain[0].rot90(1))
    torch.testing.assert_close(turned[1], plain[1].flip(-1))
    torch.testing.assert_close(turned[2], plain[2].flip(-1).rot90(2))


def test_augmented_classes_are_of_training_digits_and_none_looks_like_a_held_out_one() -> None:
    family = Digits(ways=10, augment=True)
    theta = family.sample(500, stream(0, "digits"))
    assert set(theta.flatten().tolist()) == set(map(float, family.classes))
    assert {number % 10 for number in family.classes} == {0, 1, 2, 3, 4, 5, 6}
    assert LIKE_HELD_OUT not in family.classes
    assert all(len(row.unique()) == 10 for row in theta)


def test_augmented_images_are_nearest_to_the_prototype_of_their_label() -> None:
    family = Digits(augment=True)
    theta = torch.tensor([0.0, 14.0, 42.0]).expand(20, 3)
    task = family.make(theta, stream(0, "images"), 5)
    prototypes = task.description.unflatten(-1, (3, -1))
    for batch in (task.support, task.query):
        right = accuracy(-torch.cdist(batch.x, prototypes), batch)
        assert right.mean() > 0.9


def test_evaluation_images_are_never_augmented() -> None:
    family = Digits(ways=10, augment=True).held_out()
    assert family == Digits(ways=3, unseen=True)
    task = family.make(family.sample(50, stream(0, "digits")), stream(1, "images"), 5)
    grey = torch.cat([task.support.x, task.query.x], dim=-2) * 16
    torch.testing.assert_close(grey, grey.round(), rtol=0, atol=0)
    with pytest.raises(ValueError, match="augment is for meta-training"):
        Digits(augment=True, unseen=True)
    with pytest.raises(ValueError, match="ways must be at most 7 here, got 8"):
        Digits(ways=8)


def test_a_distorted_image_stays_near_its_own_and_within_the_stated_range() -> None:
    task = Digits().make(torch.tensor([0.0, 3.0, 6.0]), stream(0, "images"), 20)
    images = task.support.x
    moved = distort(images, stream(1, "distortion"))
    assert not torch.equal(moved, images)
    assert moved.min() >= 0
    assert moved.max() <= 1 + 1e-6
    own = (torch.cdist(moved, images).argmin(-1) // 20 == torch.arange(60) // 20).float().mean()
    assert own > 0.95


@pytest.mark.parametrize("options", [PrototypesOptions, MatchingOptions, RidgeOptions])
def test_convolutions_are_drawn_from_their_generator_and_read_images(
    options: type[PrototypesOptions | MatchingOptions | RidgeOptions],
) -> None:
    experiment = Experiment(family=Digits(), learner=options(embedding=ConvOptions((4, 6))))
    before = torch.get_rng_state()
    first, again = experiment.build(), experiment.build()
    assert torch.equal(before, torch.get_rng_state())
    torch.testing.assert_close(first.state_dict(), again.state_dict(), rtol=0, atol=0)
    rng = stream(0, "images")
    task = Digits().make(Digits().sample(6, rng), rng, 5)
    grid = Task(
        task.description.unflatten(0, (2, 3)),
        Batch(*(value.unflatten(0, (2, 3)) for value in task.support)),
        Batch(*(value.unflatten(0, (2, 3)) for value in task.query)),
    )
    losses = first.meta_loss(task)
    torch.testing.assert_close(first.meta_loss(grid), losses.unflatten(0, (2, 3)))
    losses.mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in first.parameters())


def test_one_convolution_is_that_of_pytorch_with_maxima_of_four_pixels() -> None:
    embedding = ConvOptions(channels=(3,)).build(Digits(), stream(0, "conv"))
    images = torch.rand(2, 5, SIDE * SIDE, generator=stream(1, "images"))
    weight, bias = embedding.parameters()
    square = images.view(10, 1, SIDE, SIDE)
    rows = nn.functional.conv2d(square, weight, bias, padding=1).relu()
    expected = rows.unflatten(-1, (4, 2)).unflatten(-3, (4, 2)).amax(dim=(-1, -3))
    torch.testing.assert_close(embedding(images), expected.reshape(2, 5, -1))
    assert weight.abs().max() <= 1 / 3


def test_convolutions_refuse_what_is_no_square_image() -> None:
    with pytest.raises(ValueError, match="side is a multiple of 4, got 2 inputs"):
        ConvOptions().build(CLUSTERS, stream(0, "conv"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_meta_trained_embedding_is_clearly_above_raw_pixels_on_unseen_digits(seed: int) -> None:
    trained, pixels = (
        evaluate(
            load_preset(name).learner, Digits(), shots=5, inner_steps=[0], tasks=334, seed=seed
        ).accuracy
        for name in ("digits-prototypes", "digits-pixels")
    )
    assert trained is not None
    assert pixels is not None
    assert trained[0] >= 0.95
    assert trained[0] >= pixels[0] + 0.04


def test_a_learner_without_steps_reports_its_only_entry_for_every_step() -> None:
    family = dataclasses.replace(Planar(), kind="rings")
    learner = Experiment(family=family, learner=LogisticOptions()).build()
    report = evaluate(learner, family, shots=5, inner_steps=[0, 5], tasks=20)
    assert report.accuracy is not None
    assert report.accuracy[0] == report.accuracy[1]
    assert report.mean[0] == report.mean[1]


def test_a_learner_for_classes_is_refused_on_sinusoids() -> None:
    with pytest.raises(ValueError, match="learner ridge needs a family with classes, got sinusoid"):
        Experiment(learner=RidgeOptions())


def test_more_ways_than_in_evaluation_need_a_computed_head() -> None:
    with pytest.raises(ValueError, match="ways must be 3, as in evaluation"):
        Experiment(family=Digits(ways=10, augment=True))
    Experiment(family=Digits(ways=10, augment=True), learner=RidgeOptions())


def odd_supports() -> dict[str, Batch]:
    """Support sets that something is wrong with; three classes."""
    whole = clusters_task().support
    return {
        "a class without points": Batch(whole.x[:12], whole.y[:12]),
        "one point": Batch(whole.x[:1], whole.y[:1]),
        "no points": Batch(whole.x[:0], whole.y[:0]),
        "all points equal": Batch(whole.x[:1].expand_as(whole.x), whole.y),
    }


@pytest.mark.parametrize("odd", odd_supports())
@pytest.mark.parametrize("kind", HEADS, ids=lambda kind: kind.__name__)
def test_an_odd_support_still_gives_finite_answers(kind: type[LearnerOptions], odd: str) -> None:
    task = clusters_task()
    support = odd_supports()[odd]
    learner = build(kind())
    logits = predict(learner, task._replace(support=support))
    assert torch.isfinite(logits).all()
    absent = support.y.sum(dim=0) == 0
    assert absent.all() or not absent[logits.argmax(dim=-1)].any()


def without(task: Task, absent: int) -> Batch:
    """The support of one task without the points of a class."""
    kept = task.support.y.argmax(dim=-1) != absent
    return Batch(task.support.x[kept], task.support.y[kept])


#: Each shipped computed head with every number of classes that it takes.
SHIPPED_HEADS = [
    (name, family)
    for presets, families in (
        (CLUSTERS_PRESETS, [Clusters(ways=ways) for ways in (2, 3, 4, 5)]),
        (PLANAR, [Planar()]),
        (DIGITS, [Digits(unseen=True), Digits(ways=7)]),
        (SKETCHES, [Sketches(unseen=True)]),
    )
    for name, preset in presets.items()
    if isinstance(preset.experiment.learner, ForClasses)
    for family in families
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "family"), SHIPPED_HEADS, ids=lambda part: getattr(part, "protocol", part)
)
def test_no_shipped_head_answers_a_class_without_a_point(
    name: str, family: Clusters | Planar | Digits | Sketches
) -> None:
    """Nowhere in the range of the inputs, whichever class it is."""
    learner, rng = load_preset(name).learner, stream(0, "absent")
    for theta in family.sample(8, rng):
        task = family.make(theta, rng, 3)
        anywhere = uniform((100, family.n_in), *family.x_range, rng)
        for absent in range(family.ways):
            head = learner.initial(task.description, without(task, absent))
            answers = learner.predict(head, torch.cat([anywhere, task.query.x])).argmax(dim=-1)
            assert not (answers == absent).any()


@pytest.mark.parametrize("options", [RidgeOptions(), LogisticHeadOptions()])
def test_a_class_with_a_point_is_told_as_before_whatever_else_is_absent(
    options: RidgeOptions | LogisticHeadOptions,
) -> None:
    """A head of three classes, one of them absent, is the head of the other two."""
    three, two = clusters_task(), Experiment(family=Clusters(ways=2), learner=options).build()
    left = without(three, 2)
    learner = build(options)
    learner.load_state_dict(two.state_dict())
    said = learner.predict(learner.initial(three.description, left), three.query.x)
    support = Batch(left.x, left.y[:, :2])
    expected = two.predict(two.initial(three.description, support), three.query.x)
    torch.testing.assert_close(said[:, :2], expected)
