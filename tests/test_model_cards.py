"""Shipped checkpoints give the numbers on their cards, and hold the bars they are shipped for."""

from __future__ import annotations

import functools

import pytest

from hypernet import PRESETS, card, evaluate, load_preset
from hypernet.encoders import DescriptionOptions
from hypernet.evaluate import Report
from hypernet.learners import HypernetworkOptions
from hypernet.model_cards import CARD_STEPS
from hypernet.presets import FOLDER, GENERATED
from hypernet.protocols import Classification

#: Their steps through convolutions take minutes for all tasks of their cards.
HEAVY = ("digits-hypernetwork", "sketches-hypernetwork")
#: Of each of three seeds, when a bar must hold for all: no easier than once for the mean of 1000.
A_THIRD = 334
#: Hypernetworks that are told the description of a curve and are meta-trained without inner steps.
TOLD_WITHOUT_STEPS = [
    name
    for name, preset in PRESETS.items()
    if not isinstance(preset.experiment.family, Classification)
    and isinstance(preset.experiment.learner, HypernetworkOptions)
    and isinstance(preset.experiment.learner.encoder, DescriptionOptions)
    and preset.experiment.learner.inner.steps == 0
]


@functools.cache
def report(name: str, shots: int, seed: int, tasks: int = A_THIRD) -> Report:
    experiment, learner = load_preset(name)
    steps = experiment.measured_steps(CARD_STEPS)
    return evaluate(
        learner, experiment.family, shots=shots, inner_steps=steps, seed=seed, tasks=tasks
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PRESETS if name not in HEAVY])
def test_a_card_repeats_on_this_machine(name: str) -> None:
    """For one of its numbers of points, each for a third of the cards: all would take minutes."""
    reports = card(name)["numbers"]
    numbers = reports[list(PRESETS).index(name) % len(reports)]
    again = report(name, numbers["shots"], numbers["seed"], numbers["tasks"]).as_dict()
    assert again["inner_steps"] == numbers["inner_steps"]
    assert again["ci95_covers"] == numbers["ci95_covers"]
    if max(numbers["diverged"]) == 0:
        assert again["ci95"] == pytest.approx(numbers["ci95"], rel=0.02)
    for step, share in enumerate(numbers["diverged"]):
        if share < 0.25:  # beyond, the median is that of a task about to diverge
            assert again["median"][step] == pytest.approx(numbers["median"][step], rel=1e-2)
        if share == 0:
            assert again["mean"][step] == pytest.approx(numbers["mean"][step], rel=1e-2)
    assert again["diverged"] == pytest.approx(numbers["diverged"], abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_card_lies_within_the_interval_of_a_tenth_of_its_tasks(name: str) -> None:
    numbers = card(name)["numbers"][0]
    again = report(name, numbers["shots"], numbers["seed"], numbers["tasks"] // 10).as_dict()
    for now, half, then in zip(
        again["accuracy"], again["accuracy_ci95"], numbers["accuracy"], strict=True
    ):
        assert abs(now - then) <= half


@pytest.mark.parametrize("name", PRESETS)
def test_a_checkpoint_holds_the_experiment_of_its_preset(name: str) -> None:
    assert load_preset(name).experiment == PRESETS[name].experiment
    assert card(name)["title"] == PRESETS[name].title
    assert (FOLDER / f"{name}.safetensors").stat().st_size <= 1_000_000


def test_the_folder_holds_nothing_else() -> None:
    names = {path.stem for path in FOLDER.iterdir()}
    assert names == set(PRESETS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_description_hypernetworks_hold_their_bars(seed: int) -> None:
    assert report("sinusoid-description", 10, seed).mean[0] <= 0.002
    inner = report("sinusoid-description-inner", 10, seed)
    assert inner.mean[0] <= 0.002
    assert inner.mean[2] <= 0.004


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("shots", "bar"), [(10, 0.010), (5, 0.040)])
def test_the_points_hypernetwork_holds_its_bars(shots: int, bar: float, seed: int) -> None:
    numbers = report("sinusoid-points-inner", shots, seed)
    assert numbers.mean[2] <= bar
    assert max(numbers.mean) <= 1.2 * numbers.mean[0]
    assert numbers.diverged == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("shots", "bar"), [(10, 0.0006), (5, 0.0008)])
def test_set_attention_lands_on_the_wave_and_steps_do_no_harm(
    shots: int, bar: float, seed: int
) -> None:
    numbers = report("sinusoid-set-attention", shots, seed)
    assert numbers.mean[0] <= bar
    assert max(numbers.mean) <= 1.05 * numbers.mean[0]
    assert numbers.diverged == [0, 0, 0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_set_attention_reads_shapes_better_than_points_pooled_alone(seed: int) -> None:
    looking, pooled = (report(f"planar-{name}", 5, seed) for name in ("set-attention", "points"))
    assert looking.accuracy is not None
    assert pooled.accuracy is not None
    assert looking.accuracy[0] >= max(pooled.accuracy) + 0.005


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_five_modes_the_points_hypernetwork_is_twice_as_close_as_maml(seed: int) -> None:
    points, maml = (report(name, 5, seed) for name in ("modes-points-inner", "modes-maml"))
    assert points.mean[2] <= maml.mean[2] / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_maml_repeats_the_published_table(seed: int) -> None:
    published = [0.67, 0.38, 0.35]  # Finn et al. 2017, appendix C: 5-shot, 1, 5 and 10 steps
    numbers = report("sinusoid-maml", 5, seed, tasks=1000)
    assert numbers.mean[1:] == pytest.approx(published, rel=0.15)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_film_holds_its_bar_with_a_fifth_of_the_full_generators_parameters(seed: int) -> None:
    assert report("sinusoid-film", 10, seed).mean[0] <= 0.002
    assert card("sinusoid-film")["parameters"] <= card("sinusoid-description")["parameters"] / 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chunks_hold_their_bar_with_fewer_than_ten_thousand_parameters(seed: int) -> None:
    assert report("sinusoid-chunked", 10, seed).mean[0] <= 0.0005
    assert card("sinusoid-chunked")["parameters"] <= 10_000
    assert card("sinusoid-chunked")["meta_training_cpu_seconds"] <= 400


def test_the_large_network_beside_x_is_as_large_as_the_full_generator_and_trained_as_long() -> None:
    beside, full = (PRESETS[f"sinusoid-{name}"] for name in ("conditioning-large", "description"))
    sizes = [card(f"sinusoid-{n}")["parameters"] for n in ("conditioning-large", "description")]
    assert 0.99 < sizes[0] / sizes[1] <= 1
    assert beside.experiment.training == full.experiment.training


@pytest.mark.parametrize("name", TOLD_WITHOUT_STEPS)
def test_steps_after_a_description_of_a_curve_do_no_harm(name: str) -> None:
    for numbers in card(name)["numbers"]:
        assert max(numbers["mean"]) <= numbers["mean"][0] + numbers["ci95"][0]
        assert numbers["diverged"] == [0, 0, 0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_generator_is_more_exact_than_the_description_beside_x(seed: int) -> None:
    beside = report("sinusoid-conditioning", 10, seed).mean[0]
    for name in GENERATED:
        if name.startswith("sinusoid") and "conditioning" not in name:
            assert report(name, 10, seed).mean[0] < beside / 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_is_told_more_of_a_wave_starts_and_stays_closer(seed: int) -> None:
    told = ("description", "noisy", "noisier", "none")
    by_step = zip(*(report(f"sinusoid-{name}-inner", 10, seed).mean for name in told), strict=True)
    for errors in by_step:
        assert list(errors) == sorted(errors)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_code_found_from_ten_points_is_as_good_as_weights_written_from_them(seed: int) -> None:
    found = report("sinusoid-code-inner", 10, seed)
    assert found.mean[0] <= 0.004
    assert found.mean[0] < report("sinusoid-points-inner", 10, seed).mean[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_kind_alone_decides_nothing_before_a_step_and_much_after_it(seed: int) -> None:
    told = [
        report(f"planar-{name}-inner", 10, seed)
        for name in ("description", "noisy", "kind", "none")
    ]
    before = [(numbers.accuracy or [])[0] for numbers in told]
    assert before[0] > before[1] > 0.75
    assert before[2:] == pytest.approx([0.5, 0.5], abs=0.02)
    after = [numbers.mean[1] for numbers in told]
    assert after == sorted(after)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_similarities_name_unseen_digits_at_once_where_one_vector_for_a_task_does_not(
    seed: int,
) -> None:
    accuracies = {}
    for name in ("digits-hypernetwork", "digits-points"):
        checkpoint = load_preset(name)
        family = checkpoint.experiment.family
        found = evaluate(checkpoint.learner, family, shots=5, inner_steps=[0], seed=seed)
        assert found.accuracy is not None
        accuracies[name] = found.accuracy[0]
    assert accuracies["digits-hypernetwork"] >= 0.955
    assert accuracies["digits-points"] < 0.7


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_recipe_of_digits_is_clearly_above_raw_pixels_on_unseen_sketches(seed: int) -> None:
    trained, pixels = (
        evaluate(
            load_preset(f"sketches-{name}").learner,
            PRESETS[f"sketches-{name}"].experiment.family,
            shots=5,
            inner_steps=[0],
            tasks=A_THIRD,
            seed=seed,
        ).accuracy
        for name in ("hypernetwork", "pixels")
    )
    assert trained is not None
    assert pixels is not None
    assert trained[0] >= pixels[0] + 0.05
