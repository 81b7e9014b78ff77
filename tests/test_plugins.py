"""Parts from a file of one's own: loaded, refused in one sentence, trained, known to workers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import torch

from hypernet import register
from hypernet.__main__ import main
from hypernet.checkpoint import load
from hypernet.encoders import ENCODERS
from hypernet.experiment import Experiment
from hypernet.generators import GENERATORS, FullOptions
from hypernet.init import stream
from hypernet.inspection.training import Field, look
from hypernet.jobs.chunks import run_chunk
from hypernet.learners import LEARNERS, PrototypesOptions
from hypernet.plugins import (
    files,
    load_named_plugins,
    load_plugin,
    own_files,
    plugin_environment,
)
from hypernet.plugins.files import OLD_VARIABLE, VARIABLE
from hypernet.presets import OWN, PRESETS, default_presets, load_preset, preset
from hypernet.protocols import ForClasses, ReadsPoints
from hypernet.runs import RunOptions, dump_state, first_state
from hypernet.target import TargetNetwork
from hypernet.tasks import FAMILIES, Digits, Planar
from hypernet.types import Batch, Params
from tests.conftest import pytest_configure
from tests.test_guides import read
from tests.test_training_page import shown
from tests.visit import ROOT, program, visit
from ui.shell import plugins_left_out
from ui.training.offers import families, learners
from ui.training.setup import Setup, recipe, setup_of

RAMPS = '''
from dataclasses import dataclass
from hypernet.experiment import Experiment
from hypernet.learners import MamlOptions
from hypernet.outer import TrainingOptions
from hypernet.presets import Preset
from hypernet.spec import check, number
from hypernet.tasks.curves import Curves
from hypernet.types import Parameter

@dataclass(frozen=True)
class Ramps(Curves):
    """y = a |x|."""
    noise: float = number(0.0, 0.0, 2.0, help="Noise.")
    x_range = (-5.0, 5.0)
    y_scale = 2.0
    protocol = "y = a |x|, a in [-1, 1]"
    parameters = (Parameter("slope", "a", "", -1.0, 1.0),)

    def __post_init__(self):
        check(self)

    def truth(self, theta, x):
        return theta[..., None] * x.abs()

FAMILIES = {"ramps": Ramps}
'''
PRESET = """
def presets():
    training = TrainingOptions(steps=7)
    return {NAME: Preset("Quick", "Quick.", Experiment(Ramps(), training=training))}
"""


TABLES: list[dict[str, Any]] = [FAMILIES, ENCODERS, GENERATORS, LEARNERS]


@pytest.fixture(autouse=True)
def _tables_are_left_as_they_were(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    tables: list[dict[Any, Any]] = [*TABLES, OWN, files._loaded]
    before = [dict(table) for table in tables]
    for variable in (VARIABLE, OLD_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    plugins_left_out.cache_clear()
    yield
    plugins_left_out.cache_clear()
    for table, content in zip(tables, before, strict=True):
        table.clear()
        table.update(content)


@pytest.fixture(name="ramps")
def _ramps(tmp_path: Path) -> Path:
    path = tmp_path / "ramps.py"
    path.write_text(RAMPS)
    return path


def test_a_family_of_a_file_stands_beside_the_shipped_ones(ramps: Path) -> None:
    assert load_plugin(ramps) == ["ramps"]
    experiment = Experiment(family=FAMILIES["ramps"]())
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert (own_files(experiment), own_files(Experiment())) == (["ramps.py"], [])


def test_a_file_is_read_once(ramps: Path) -> None:
    load_plugin(ramps)
    kind = FAMILIES["ramps"]
    assert load_plugin(str(ramps)) == ["ramps"]
    assert FAMILIES["ramps"] is kind


def test_every_family_gets_presets_for_each_learner_that_it_can_have(ramps: Path) -> None:
    load_plugin(ramps)
    learners = ["description", "points", "maml", "joint", "scratch"]
    assert list(OWN) == [f"ramps-{learner}" for learner in learners]
    assert {p.experiment.family for p in OWN.values()} == {FAMILIES["ramps"]()}
    assert set(default_presets("planar", Planar())) == {
        f"planar-{learner}" for learner in [*learners, "prototypes", "ridge"]
    }


def test_a_family_evaluated_with_other_classes_gets_computed_heads_only() -> None:
    assert list(default_presets("ten", Digits(ways=10, augment=True))) == [
        "ten-prototypes",
        "ten-ridge",
    ]


def test_presets_of_the_file_replace_the_usual_ones_or_join_them(ramps: Path) -> None:
    both = PRESET.replace("NAME:", '"ramps-maml":')[:-2] + ', "fast": Preset("F", "F.", '
    ramps.write_text(RAMPS + both + "Experiment(Ramps(), learner=MamlOptions()))}\n")
    load_plugin(ramps)
    assert preset("ramps-maml").experiment.training.steps == 7
    assert preset("fast").title == "F"
    assert len(OWN) == 6


def test_a_preset_of_ones_own_has_no_checkpoint_until_it_is_trained(ramps: Path) -> None:
    load_plugin(ramps)
    with pytest.raises(ValueError, match="ramps-maml is not shipped: train it first"):
        load_preset("ramps-maml")


FAILING = {
    "x = (": "bad.py cannot be loaded: SyntaxError in line 1: '(' was never closed",
    "\n1 / 0": "bad.py cannot be loaded: ZeroDivisionError in line 2: division by zero",
    "import nothing_there": "bad.py cannot be loaded: ModuleNotFoundError in line 1: No module",
    "raise SystemExit('enough')": "bad.py cannot be loaded: SystemExit in line 1: enough",
    "raise ValueError('two\\nlines')": "ValueError in line 1: two lines",
    "": 'bad.py must have a table FAMILIES, ENCODERS, GENERATORS or LEARNERS = {"name": Class}',
    "FAMILIES = {}": "must have a table FAMILIES",
    "ENCODERS = [3]": 'ENCODERS of bad.py must be a table {"name": Class}',
    "from hypernet.tasks import FAMILIES": "must have a table FAMILIES",
    RAMPS.replace('{"ramps"', '{"sinusoid"'): "a family 'sinusoid', which is taken",
    RAMPS.replace('{"ramps"', '{"Ramps!"'): "names a family 'Ramps!'; allowed are a-z, 0-9, _ and",
    RAMPS.replace("Ramps}", "3}"): "ramps of bad.py must be a dataclass of options, got 3",
    RAMPS.replace("(frozen=True)", ""): "must be a frozen dataclass",
    RAMPS.replace(
        "def __post", "width: int = 3\n    def __post"
    ): "option without a range, 'width'",
    RAMPS.replace("(Curves)", ""): "is no task family: it lacks n_in, n_out, entries, held_out,",
    RAMPS.replace("def truth", "def truths"): "cannot be built from its defaults: TypeError: Can't",
    RAMPS.replace("0.0, 0.0", "3.0, 0.0"): "ValueError: noise must be 0..2, got 3",
    RAMPS + "def presets(): return {'fast': 3}": "a preset 'fast' that is taken or no Preset",
    RAMPS + PRESET.replace("NAME", "'sinusoid-maml'"): "a preset 'sinusoid-maml' that is taken",
    RAMPS + "def presets(): 1 / 0": "no valid presets: ZeroDivisionError: division by zero",
}
#: A part in each of the other roles, with options of its own.
PARTS = """
import math
from dataclasses import dataclass
import torch
from torch import nn
from hypernet.inner import InnerOptions
from hypernet.init import linear
from hypernet.learners.gradient import SharedStart
from hypernet.protocols import ForClasses
from hypernet.sets import set_mean
from hypernet.spec import check, number

class Mean(nn.Module):
    def __init__(self, scale, n_out):
        super().__init__()
        self.scale, self.n_out = scale, n_out

    def forward(self, description, support):
        return self.scale * set_mean(support.y, dim=-2)

@dataclass(frozen=True)
class MeanOptions:
    scale: float = number(1.0, 0.1, 10.0, help="Scale.")
    def __post_init__(self):
        check(self)
    def build(self, family, rng):
        return Mean(self.scale, family.n_out)

class Heads(nn.Module):
    def __init__(self, n_z, target, rng):
        super().__init__()
        self.shapes = dict(target.shapes)
        sizes = [math.prod(shape) for shape in self.shapes.values()]
        self.heads = nn.ModuleList(linear(n_z, size, rng) for size in sizes)

    def forward(self, z):
        tasks = z.shape[:-1]
        pairs = zip(self.shapes.items(), self.heads)
        return {name: head(z).view(*tasks, *shape) for (name, shape), head in pairs}

@dataclass(frozen=True)
class HeadsOptions:
    def build(self, n_z, target, rng):
        return Heads(n_z, target, rng)

@dataclass(frozen=True)
class StillOptions:
    def build(self, family, target, rng):
        return SharedStart(family, target, InnerOptions(), rng, trainable=True)

ENCODERS = {"mean": MeanOptions}
GENERATORS = {"heads": HeadsOptions}
LEARNERS = {"still": StillOptions}
"""
ENCODER, GENERATOR = "fails in the role of an encoder", "fails in the role of a generator"
LEARNER = "still of bad.py fails in the role of a learner"
FAILING |= {
    PARTS.replace('{"mean"', '{"points"'): "names an encoder 'points', which is taken",
    PARTS.replace('"still": Still', '"still": Heads'): (
        "must have build(self, family, target, rng), got build(self, n_z, target, rng)"
    ),
    PARTS.replace("def build(self, family, rng)", "def built(self, family, rng)"): (
        "mean of bad.py is no encoder: it lacks build"
    ),
    PARTS.replace("def build(self, family, rng)", "def build(self, family)"): (
        "mean of bad.py must have build(self, family, rng), got build(self, family)"
    ),
    PARTS.replace("return Mean(self.scale, family.n_out)", "return 3"): (
        f"{ENCODER}: ValueError: build must give a module with n_out, got int"
    ),
    PARTS.replace("Mean(self.scale, family.n_out)", "Mean(self.scale, 7)"): (
        f"{ENCODER}: ValueError: z must be a tensor of shape (2, 7), got (2, 1)"
    ),
    PARTS.replace("return Mean(self.scale", "return Mean(self.size"): (
        f"{ENCODER}: AttributeError: 'MeanOptions' object has no attribute 'size'"
    ),
    PARTS.replace("return Heads(", "return str("): f"{GENERATOR}: TypeError",
    PARTS.replace("return {name:", "return {name[2:]:"): (
        f"{GENERATOR}: ValueError: it must write 0.weight, 0.bias, 2.weight, 2.bias, 4.weight, 4.bi"
    ),
    PARTS.replace("return {name: head(z)", "return {name: head(z[:1])"): (
        f"{GENERATOR}: RuntimeError: "
    ),
    PARTS.replace("return SharedStart(family,", "return linear(1, 1, rng) or (family,").replace(
        "rng, trainable=True", "rng"
    ): (f"{LEARNER}: ValueError: build must give a Learner, got Linear"),
    PARTS.replace("(frozen=True)\nclass Still", "(frozen=True, eq=False)\nclass Still"): (
        "still of bad.py does not survive its own JSON"
    ),
    PARTS.replace("check(self)", "raise ValueError('no')"): (
        "mean of bad.py cannot be built from its defaults: ValueError: no"
    ),
    PARTS.replace('"mean": MeanOptions', '"mean": MeanOptions, "again": MeanOptions'): (
        "names an encoder 'again', whose class is registered as 'mean' already"
    ),
    PARTS.replace('{"still"', '{"maml-averaged"'): (
        "bad.py would have a preset 'sinusoid-maml-averaged', which is taken"
    ),
    RAMPS.replace("def truth", "def make(self, *_):\n        return 3\n\n    def truth"): (
        "ramps of bad.py fails in the role of a task family: ValueError: a task must be a Task, got"
    ),
    RAMPS.replace("theta[..., None] * x.abs()", "(theta[..., None] * x.abs()).double()"): (
        "a task family: ValueError: support y must be of type torch.float32, got torch.float64"
    ),
}


@pytest.mark.parametrize(("text", "sentence"), FAILING.items(), ids=FAILING.values())
def test_a_file_that_fails_is_one_line_and_exit_code_2_and_leaves_nothing(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.py"
    path.write_text(text)
    before = [dict(table) for table in (*TABLES, OWN)]
    assert main(["--plugin", str(path), "list"]) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert before == [*TABLES, OWN]


@pytest.mark.parametrize("name", ["none.py", "ramps.txt", "ramps"])
def test_a_file_that_is_not_there_or_no_python_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--family", str(tmp_path / name)]) == 2
    assert f"python -m hypernet: {name} " in capsys.readouterr().err


def test_families_may_be_named_before_and_after_the_command_and_in_the_environment(
    ramps: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name in ("one", "two", "three"):
        files.append(ramps.with_name(f"{name}.py"))
        files[-1].write_text(RAMPS.replace('"ramps"', f'"{name}"'))
    monkeypatch.setenv(VARIABLE, str(files[0]))
    assert main(["--family", str(files[1]), "list", "--json", "--family", str(files[2])]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [name for name in listed if name not in PRESETS][::5] == [
        "one-description",
        "two-description",
        "three-description",
    ]
    assert plugin_environment() == {VARIABLE: os.pathsep.join(map(str, files))}


@pytest.mark.slow
def test_it_is_trained_and_evaluated_by_name_and_workers_know_it_too(
    ramps: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    here, there = tmp_path / "here.safetensors", tmp_path / "there.safetensors"
    options = ["--family", str(ramps), "train", "ramps-description", "--steps", "30"]
    assert main([*options, "--out", str(here)]) == 0
    card = json.loads(here.with_suffix(".json").read_text())
    assert card["command"] == (
        "python -m hypernet --plugin ramps.py train ramps-description --steps 30 --seed 0"
    )
    assert (card["family"], card["title"]) == ("ramps", "Hypernet: description")
    assert main(["evaluate", str(here), "--shots", "10", "--json"]) == 0
    assert (
        json.loads(capsys.readouterr().out.splitlines()[-1])["mean"] == card["numbers"][1]["mean"]
    )
    program = [sys.executable, "-m", "hypernet", *options, "--out", str(there), "--workers", "1"]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True, timeout=240)
    assert here.read_bytes() == there.read_bytes()


def test_a_checkpoint_is_drawn_like_that_of_a_shipped_family_of_curves(
    ramps: Path, tmp_path: Path
) -> None:
    load_plugin(ramps)
    experiment = preset("ramps-points").experiment
    seen = look(experiment, experiment.build())
    assert [len(task.support_x) for task in seen.tasks] == [10] * 3


def test_a_chunk_loads_the_families_that_the_environment_names(
    ramps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_plugin(ramps)
    state = dump_state(first_state(preset("ramps-joint").experiment, RunOptions()))
    monkeypatch.setenv(VARIABLE, str(ramps))
    for table in (FAMILIES, OWN):
        for name in [name for name in table if name.startswith("ramps")]:
            del table[name]
    files._loaded.clear()
    assert run_chunk(state, 1).step == 1


@pytest.mark.slow
def test_without_its_file_a_checkpoint_says_which_families_there_are(
    ramps: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.safetensors"
    main(["--family", str(ramps), "train", "ramps-scratch", "--out", str(out)])
    del FAMILIES["ramps"]
    with pytest.raises(ValueError, match="family must be one of sinusoid, planar"):
        load(out)


def test_a_learner_for_classes_is_refused_by_the_familys_name(ramps: Path) -> None:
    load_plugin(ramps)
    with pytest.raises(ValueError, match="learner prototypes needs a family with classes, got ram"):
        Experiment(family=FAMILIES["ramps"](), learner=PrototypesOptions())


def test_the_app_loads_what_the_environment_names(
    ramps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(ramps))
    assert not visit("idea").warning
    assert "ramps" in FAMILIES


def test_the_app_says_on_its_pages_what_it_could_not_load_and_loads_the_rest(
    ramps: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, os.pathsep.join([str(ramps.with_name("none.py")), str(ramps)]))
    for page in ("idea", "digits"):
        assert "none.py cannot be read" in visit(page).warning[0].value.replace("\\", "")
    assert "ramps" in FAMILIES
    assert caplog.text.count("none.py cannot be read: no such file") == 1
    with pytest.raises(ValueError, match=r"none\.py cannot be read"):
        load_named_plugins()


def test_the_contract_tests_refuse_a_file_that_is_not_there() -> None:
    config = pytest.Config.fromdictargs({}, ["--family", "none.py"])
    with pytest.raises(pytest.UsageError, match=r"none\.py cannot be read: no such file"):
        pytest_configure(config)


def made(text: str, name: str) -> type:
    """A class of a text that is run here."""
    return cast("type", vars(run_module(text))[name])


def run_module(text: str) -> types.ModuleType:
    module = types.ModuleType("made")
    sys.modules["made"] = module  # dataclasses look there
    exec(text, vars(module))  # noqa: S102 - the text stands in this file
    return module


def test_parts_in_all_roles_stand_in_tables_lists_and_presets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "parts.py"
    path.write_text(PARTS + RAMPS)
    assert load_plugin(path) == ["ramps", "mean", "heads", "still"]
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    for part in ("mean", "heads", "still"):
        for family in ("sinusoid", "planar"):
            name = f"{family}-{part}"
            assert name in listed
            experiment = preset(name).experiment
            assert Experiment.from_json(experiment.to_json()) == experiment
            assert own_files(experiment) == ["parts.py"]
            experiment.build()


class Tilted(ReadsPoints):
    """A written network whose last bias is moved by the share of each class."""

    def __init__(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> None:
        super().__init__()
        self.written, self.bias = FullOptions().build(n_z, target, rng), f"{target.layers[-1]}.bias"

    def forward(self, z: torch.Tensor, support: Batch) -> Params:
        params: Params = self.written(z)
        return params | {self.bias: params[self.bias] + support.y.mean(dim=-2)}


@dataclass(frozen=True)
class TiltedOptions(ForClasses):
    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> Tilted:
        return Tilted(n_z, target, rng)


def test_a_generator_of_ones_own_may_read_the_points_and_need_classes() -> None:
    register("generator", "tilted", TiltedOptions)
    assert list(OWN) == ["planar-tilted"]
    experiment = preset("planar-tilted").experiment
    family, rng = experiment.family, stream(0, "tasks")
    task = family.make(family.sample(2, rng), rng, 3)
    assert torch.isfinite(experiment.build().meta_loss(task)).all()


@pytest.mark.parametrize(
    ("role", "name", "options"),
    [
        ("encoder", "mean", "MeanOptions"),
        ("generator", "heads", "HeadsOptions"),
        ("learner", "still", "StillOptions"),
    ],
)
def test_a_part_may_be_registered_in_a_script_and_again_when_its_cell_runs_twice(
    role: str, name: str, options: str
) -> None:
    first, second = (made(PARTS, options) for _ in range(2))
    register(role, name, first)
    before = list(OWN)
    register(role, name, second)
    assert list(OWN) == before == [f"sinusoid-{name}", f"planar-{name}"]
    assert second in {kind for table in TABLES for kind in table.values()}
    assert first not in {kind for table in TABLES for kind in table.values()}


def test_registering_says_what_is_wrong_in_one_sentence() -> None:
    kind = made(PARTS, "MeanOptions")
    for role, name, sentence in (
        ("coder", "mean", "role must be one of family, encoder, generator, learner, got 'coder'"),
        ("encoder", "Mean!", "register names an encoder 'Mean!'; allowed are a-z, 0-9, _ and -"),
        ("encoder", "points", "register names an encoder 'points', which is taken"),
        (
            "generator",
            "mean",
            "mean of register must have build(self, n_z, target, rng)",
        ),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            register(role, name, kind)
    assert not OWN


def test_a_learner_for_classes_gets_no_preset_on_curves() -> None:
    text = PARTS.replace("class StillOptions:", "class StillOptions(ForClasses):")
    register("learner", "still", made(text, "StillOptions"))
    assert list(OWN) == ["planar-still"]


def test_a_file_may_register_its_parts_itself(tmp_path: Path) -> None:
    path = tmp_path / "parts.py"
    tables = PARTS.index("ENCODERS = ")
    path.write_text(
        "from hypernet import register\n" + PARTS[:tables] + 'register("encoder", "m", MeanOptions)'
    )
    assert load_plugin(path) == ["m"]
    assert own_files(preset("planar-m").experiment) == ["parts.py"]


@pytest.mark.slow
def test_workers_train_a_generator_of_a_file_to_the_same_bits(tmp_path: Path) -> None:
    path = tmp_path / "parts.py"
    path.write_text(PARTS)
    here, there = tmp_path / "here.safetensors", tmp_path / "there.safetensors"
    options = ["--plugin", str(path), "train", "sinusoid-heads", "--steps", "20"]
    assert main([*options, "--out", str(here)]) == 0
    assert json.loads(here.with_suffix(".json").read_text())["command"] == (
        "python -m hypernet --plugin parts.py train sinusoid-heads --steps 20 --seed 0"
    )
    program = [sys.executable, "-m", "hypernet", *options, "--out", str(there), "--workers", "1"]
    subprocess.run(program, cwd=ROOT, check=True, capture_output=True, timeout=240)
    assert here.read_bytes() == there.read_bytes()


def test_the_variable_of_old_names_files_too(
    ramps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / "parts.py"
    parts.write_text(PARTS)
    monkeypatch.setenv(VARIABLE, str(parts))
    monkeypatch.setenv(OLD_VARIABLE, os.pathsep.join([str(ramps), str(parts)]))
    load_named_plugins()
    assert plugin_environment() == {VARIABLE: os.pathsep.join([str(parts), str(ramps)])}


@pytest.mark.slow
def test_the_page_that_trains_offers_parts_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "parts.py"
    path.write_text(PARTS + RAMPS)
    monkeypatch.setenv(VARIABLE, str(path))
    at = visit("training")
    assert at.selectbox(key="family").options[-1] == "ramps"
    assert at.selectbox(key="learner").options[-3:] == ["mean", "heads", "still"]
    for query in ({"family": "ramps", "learner": "MAML"}, {"learner": "mean", "inner": "2"}):
        at = visit("training", **query)
        assert not at.warning
        assert [run["name"] for run in shown(at)["runs"]] == ["Untrained"]
    assert "mean" in program(at)


@pytest.mark.parametrize(
    ("family", "learner"),
    [("ramps", "points"), ("sinusoid", "mean"), ("planar", "heads"), ("sinusoid", "still")],
)
def test_a_setup_of_parts_of_ones_own_is_read_back_from_its_experiment(
    family: str, learner: str, tmp_path: Path
) -> None:
    path = tmp_path / "parts.py"
    path.write_text(PARTS + RAMPS)
    load_plugin(path)
    setup = recipe(family, learner)
    assert setup_of(setup.experiment()) == setup
    assert setup.experiment().training.rate == preset(setup.preset).experiment.training.rate
    with pytest.raises(ValueError, match="learner prototypes needs a family with classes, got ram"):
        Setup("ramps", "prototypes")
    with pytest.raises(ValueError, match="learner must be one of description, points, maml, joi"):
        Setup("ramps", "mean")


def test_own_classes_in_the_plane_are_drawn_and_can_be_trained_on_the_page(tmp_path: Path) -> None:
    guide = read((ROOT / "docs" / "add_a_task_family.md").read_text(encoding="utf-8"))
    path = tmp_path / "my_classes.py"
    path.write_text(guide.files["my_classes.py"], encoding="utf-8")
    load_plugin(path)
    assert "half-planes" in families()
    assert {"prototypes", "ridge", "maml"} <= set(learners("half-planes"))
    experiment = preset("half-planes-ridge").experiment
    seen = look(experiment, experiment.build())
    assert all(isinstance(task, Field) for task in seen.tasks)
    assert (len(seen.tasks), seen.ways) == (3, 2)
