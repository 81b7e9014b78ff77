"""Who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "hypernet").rglob("*.py"))

#: Each station may import those on its own line and on the lines above it.
STATIONS = [
    {"types", "init", "sets", "attention", "names", "spec", "formula", "boundary"},
    {"protocols", "target", "inner"},
    {"tasks", "encoders", "generators"},
    {"posterior"},
    {"learners"},
    {"export"},
    {"outer", "evaluate", "continual"},
    {"experiment"},
    {"checkpoint"},
    {"presets"},
    {"inspection", "custom", "figures", "plugins", "results", "bench"},
    {"__init__"},
    {"model_cards", "runs", "jobs"},
    {"commands"},
    {"__main__"},
]
#: Parts on the same line that never import each other.
SEPARATE = {"tasks", "encoders", "generators"}


def imported(path: Path) -> set[str]:
    """The modules a file imports, wherever in the file it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def station(path: Path) -> str:
    return path.relative_to(ROOT / "hypernet").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", CORE, ids=[str(p.relative_to(ROOT)) for p in CORE])
def test_each_station_imports_only_what_lies_upstream(path: Path) -> None:
    here = station(path)
    rows = [i for i, stations in enumerate(STATIONS) if here in stations]
    assert len(rows) == 1, f"{here} has {len(rows)} places"
    upstream = set().union(*STATIONS[: rows[0] + 1])
    for name in imported(path):
        top, *rest = name.split(".")
        assert top != "streamlit"
        assert top != "plotly" or here == "figures"
        if top == "hypernet":
            there = rest[0] if rest else "__init__"
            assert there in upstream, f"{here} imports {there}"
            assert there == here or not {there, here} <= SEPARATE, f"{here} imports {there}"


def test_pages_know_no_torch_and_the_core_no_page() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        assert not any(name.split(".")[0] in ("torch", "plotly") for name in imported(path)), path
    for path in CORE:
        assert not any(name.split(".")[0] in ("ui", "pages") for name in imported(path)), path


def test_importing_the_core_loads_neither_streamlit_nor_plotly() -> None:
    program = (
        "import sys, hypernet, hypernet.__main__; "
        "print([m for m in ('streamlit', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_building_and_asking_a_learner_loads_nothing_that_takes_a_second() -> None:
    program = """
import sys
from hypernet import load_preset
from hypernet.init import stream
for name in sys.argv[1:]:
    experiment, learner = load_preset(name)
    family = experiment.family
    task = family.make(family.sample(2, stream(0, "tasks")), stream(0, "points"), 5)
    learner.initial(task.description, task.support)
print([m for m in ("distributed", "scipy", "sklearn", "sympy") if m in sys.modules])
"""
    presets = ("planar-points", "digits-prototypes", "sinusoid-chunked", "sinusoid-maml")
    command = [sys.executable, "-c", program, *presets, "sinusoid-learned-optimiser"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_few_modules_lie_beside_the_packages() -> None:
    modules = [path.name for path in (ROOT / "hypernet").glob("*.py")]
    assert len(modules) <= 18, modules


def test_every_package_says_what_belongs_there() -> None:
    packages = [path for top in ("hypernet", "ui") for path in (ROOT / top).rglob("__init__.py")]
    silent = [p for p in packages if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert len(packages) > 20
    assert silent == []


def test_nothing_imports_in_a_circle() -> None:
    files = [p for top in ("hypernet", "ui", "pages") for p in sorted((ROOT / top).rglob("*.py"))]
    of_name = {module(path): path for path in files}
    arrows = {path: {of_name[n] for n in named(path) & of_name.keys()} - {path} for path in files}
    while resting := {path for path, onto in arrows.items() if not onto & arrows.keys()}:
        arrows = {path: onto for path, onto in arrows.items() if path not in resting}
    assert not arrows, sorted(module(path) for path in arrows)


def module(path: Path) -> str:
    """The name by which others import this file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def named(path: Path) -> set[str]:
    """The modules that a file imports as it is run; `from package import module` among them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
