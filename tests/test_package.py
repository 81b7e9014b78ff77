"""What `pip install` brings: the core, its checkpoints and a command, and nothing of the app."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import hypernet
from hypernet.presets import PRESETS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
#: What the build reads; all else of the tree is left out, so that nothing is built into it.
SOURCES = ("hypernet", "pyproject.toml", "README.md", "LICENSE", "app.py", "ui", "tests")


@pytest.fixture(scope="module", name="wheel")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from a copy of the tree, without any network."""
    tree = tmp_path_factory.mktemp("tree")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", ".", *options, "--wheel-dir", "dist"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = (tree / "dist").iterdir()
    return zipfile.ZipFile(built)


@pytest.fixture(scope="module", name="metadata")
def _metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def test_a_wheel_holds_every_module_of_the_core(wheel: zipfile.ZipFile) -> None:
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "hypernet").rglob("*.py")}
    assert modules == {name for name in wheel.namelist() if name.endswith(".py")}


def test_a_wheel_holds_each_checkpoint_with_its_card(wheel: zipfile.ZipFile) -> None:
    held = {name for name in wheel.namelist() if name.startswith("hypernet/pretrained/")}
    assert held == {
        f"hypernet/pretrained/{preset}.{suffix}"
        for preset in PRESETS
        for suffix in ("safetensors", "json")
    }


def test_a_wheel_holds_nothing_else_but_what_says_how_to_install_it(wheel: zipfile.ZipFile) -> None:
    info = f"hypernet-{hypernet.__version__}.dist-info/"
    other = {name for name in wheel.namelist() if not name.endswith((".py", ".safetensors"))}
    assert {name for name in other if not name.startswith("hypernet/pretrained/")} == {
        "hypernet/py.typed",
        "hypernet/tasks/digits.csv.gz",
        "hypernet/tasks/digits.md",
        "hypernet/tasks/sketches.csv.gz",
        "hypernet/tasks/sketches.md",
        *(info + name for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")),
        *(info + name for name in ("top_level.txt", "licenses/LICENSE")),
    }
    assert wheel.read(info + "top_level.txt") == b"hypernet\n"


def test_the_version_stands_in_one_place(metadata: Message) -> None:
    assert metadata["Version"] == hypernet.__version__
    assert "version" not in pyproject()["project"]
    newest = next(
        line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if "## [" in line
    )
    assert newest.startswith(f"## [{hypernet.__version__}]")


def test_the_core_asks_for_neither_streamlit_nor_plotly_nor_dask(metadata: Message) -> None:
    asked = map(Requirement, metadata.get_all("Requires-Dist") or [])
    base = {need for need in asked if need.marker is None}
    assert base == set(map(Requirement, pyproject()["project"]["dependencies"]))
    names = {need.name for need in base}
    assert {"torch", "numpy", "safetensors"} <= names
    assert names.isdisjoint({"streamlit", "plotly", "distributed", "cryptography", "psutil"})
    assert metadata.get_all("Provides-Extra") == ["figures", "jobs", "app"]


def test_the_command_is_the_one_of_the_module(wheel: zipfile.ZipFile) -> None:
    name = f"hypernet-{hypernet.__version__}.dist-info/entry_points.txt"
    assert "hypernet = hypernet.__main__:main" in wheel.read(name).decode()


def test_the_apps_list_is_the_core_and_every_extra() -> None:
    project = pyproject()["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    listed = (ROOT / "requirements.txt").read_text().splitlines()
    assert sorted(line for line in asked if not line.startswith("hypernet[")) == sorted(listed)


def without_the_app(program: str) -> subprocess.CompletedProcess[str]:
    """A program where none of the extras is installed."""
    missing = ("streamlit", "plotly", "distributed", "dask", "cryptography", "psutil")
    blocked = f"import sys; sys.modules.update(dict.fromkeys({missing!r})); "
    return subprocess.run(
        [sys.executable, "-c", blocked + program], cwd=ROOT, capture_output=True, text=True
    )


def test_a_preset_is_evaluated_without_the_extras() -> None:
    program = "from hypernet.__main__ import main; main({arguments!r})"
    arguments = ["evaluate", "sinusoid-points-inner", "--shots", "5", "--tasks", "2"]
    done = without_the_app(program.format(arguments=arguments))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sinusoid-points-inner: y = A sin(x − φ)")


def test_figures_without_plotly_say_in_one_sentence_what_to_install() -> None:
    done = without_the_app("import hypernet.figures.fit")
    last = done.stderr.splitlines()[-1]
    assert last == "ModuleNotFoundError: figures need plotly: pip install 'hypernet[figures]'"


def pyproject() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
