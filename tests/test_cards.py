"""Shipped checkpoints give the numbers on their cards, and hold the bars they are shipped for."""

from __future__ import annotations

import pytest

from hypernet import PRESETS, card, evaluate, load_preset
from hypernet.evaluate import Report
from hypernet.presets import FOLDER


def report(name: str, shots: int, seed: int) -> Report:
    checkpoint = load_preset(name)
    return evaluate(checkpoint.learner, checkpoint.experiment.family, shots=shots, seed=seed)


@pytest.mark.parametrize("name", PRESETS)
def test_a_card_repeats_on_this_machine(name: str) -> None:
    for numbers in card(name)["numbers"]:
        again = report(name, numbers["shots"], numbers["seed"]).as_dict()
        assert again["inner_steps"] == numbers["inner_steps"]
        assert again["median"] == pytest.approx(numbers["median"], rel=1e-2)
        for mean, expected, share in zip(
            again["mean"], numbers["mean"], numbers["diverged"], strict=True
        ):
            if share == 0:
                assert mean == pytest.approx(expected, rel=1e-2)
        assert again["diverged"] == pytest.approx(numbers["diverged"], abs=0.005)


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
def test_on_five_modes_the_points_hypernetwork_is_twice_as_close_as_maml(seed: int) -> None:
    points, maml = (report(name, 5, seed) for name in ("modes-points-inner", "modes-maml"))
    assert points.mean[2] <= maml.mean[2] / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_maml_repeats_the_published_table(seed: int) -> None:
    published = [0.67, 0.38, 0.35]  # Finn et al. 2017, appendix C: 5-shot, 1, 5 and 10 steps
    numbers = report("sinusoid-maml", 5, seed)
    assert numbers.mean[1:] == pytest.approx(published, rel=0.15)
