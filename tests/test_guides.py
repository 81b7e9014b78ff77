"""The guides work: their files, on a copy of this tree, pass the commands that they show."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from hypernet.plugins.files import OLD_VARIABLE, VARIABLE
from tests.visit import ROOT

GUIDES = sorted((ROOT / "docs").glob("add_*.md"))
PARTS = ("hypernet", "ui", "pages", "tests", "docs", ".streamlit", "app.py", "pyproject.toml")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# file: (\S+)\n(.*)", re.DOTALL)


class Step(NamedTuple):
    """One block of a guide: a file to write, lines to change in one, or a command to run."""

    kind: str
    file: str
    content: str


class Guide(NamedTuple):
    """What a guide's blocks say, in their order, and the files that it writes."""

    steps: list[Step]

    @property
    def files(self) -> dict[str, str]:
        """The content of each file that is shown whole."""
        return {step.file: step.content for step in self.steps if step.kind == "python"}

    @property
    def commands(self) -> list[str]:
        """All commands."""
        return [step.content for step in self.steps if step.kind == "sh"]


def read(text: str) -> Guide:
    """The blocks of a guide; one that is neither is refused, for it would not be tried."""
    steps = []
    for kind, content in BLOCK.findall(text):
        if kind == "sh":
            steps += [Step(kind, "", command) for command in content.splitlines()]
            continue
        named = NAMED.fullmatch(content)
        if named is None or kind not in ("python", "diff"):
            raise ValueError(f"a block of {kind} has no file: {content[:40]!r}")
        steps.append(Step(kind, named[1], named[2]))
    return Guide(steps)


def changed(text: str, change: str) -> str:
    """The text with each + line behind the line before it, or before the next; without - lines."""
    lines, news = text.splitlines(), change.splitlines()
    first = next(line for line in news if not line.startswith("+"))
    at = _place(lines, first)
    for line in news:
        if line.startswith("+"):
            lines.insert(at, line[1:])
            at += 1
            continue
        at = _place(lines, line)
        if line.startswith("-"):
            del lines[at]
        else:
            at += 1
    return "\n".join(lines).rstrip() + "\n"


def _place(lines: list[str], line: str) -> int:
    if lines.count(line[1:]) != 1:
        raise ValueError(f"this line is not there once: {line[1:]!r}")
    return lines.index(line[1:])


def copy_of_the_tree(folder: Path) -> None:
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy2(ROOT / name, folder / name)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The outcome of a command of a guide, as if typed in that folder."""
    program, *arguments = shlex.split(command)
    assert program in ("python", "mv")
    left_out = (VARIABLE, OLD_VARIABLE, "PYTHONPATH", "PYTEST_ADDOPTS")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        [sys.executable if program == "python" else program, *arguments],
        cwd=folder,
        env=kept | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def ruff(folder: Path, *arguments: str) -> None:
    done = run(f"python -m ruff {shlex.join(arguments)}", folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("path", GUIDES, ids=[path.stem for path in GUIDES])
def test_what_a_guide_shows_works(path: Path, tmp_path: Path) -> None:
    guide = read(path.read_text(encoding="utf-8"))
    assert any("-m pytest" in command for command in guide.commands)
    copy_of_the_tree(tmp_path)
    for step in guide.steps:
        follow(step, tmp_path)


def follow(step: Step, folder: Path) -> None:
    """Do what a block says, and check what it writes."""
    if step.kind == "sh":
        done = run(step.content, folder)
        assert done.returncode == 0, f"{step.content}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return
    file = folder / step.file
    assert file.exists() == (step.kind == "diff")
    before = file.read_text(encoding="utf-8") if step.kind == "diff" else ""
    after = changed(before, step.content) if step.kind == "diff" else step.content
    file.write_text(after, encoding="utf-8")
    ruff(folder, "check", step.file)
    ruff(folder, "format", "--check", step.file)


@pytest.mark.slow
def test_a_family_that_draws_from_the_global_generator_does_not_pass(tmp_path: Path) -> None:
    guide = read((ROOT / "docs" / "add_a_task_family.md").read_text(encoding="utf-8"))
    name, content = next(iter(guide.files.items()))
    path = tmp_path / name
    path.write_text(content.replace("torch.sin(x - phase)", "torch.sin(x - torch.rand(()))"))
    test = "tests/test_contracts.py -k test_a_family_makes_the_same_task"
    done = run(f"python -m pytest {test} --plugin {shlex.quote(str(path))}", ROOT)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "[triangle]" in done.stdout


def test_every_guide_is_found_from_the_first_pages_one_reads() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [path.name for path in GUIDES if f"(docs/{path.name})" not in contributing] == []
    assert "(docs/add_a_task_family.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_lines_are_taken_out_with_the_empty_lines_that_are_then_last() -> None:
    assert changed("a\nb\n\n\nc\n", "-c\n") == "a\nb\n"


def test_lines_are_added_where_the_lines_around_them_are() -> None:
    assert changed("a\nb\nc\n", " b\n+x\n+y\n") == "a\nb\nx\ny\nc\n"
    assert changed("a\nb\nc\n", "+x\n b\n+y\n") == "a\nx\nb\ny\nc\n"


@pytest.mark.parametrize("text", ["a\nc\n", "b\nb\n"])
def test_a_line_that_is_not_there_or_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not there once: 'b'"):
        changed(text, " b\n+x\n")


def test_a_block_that_nobody_would_try_is_refused() -> None:
    with pytest.raises(ValueError, match="a block of python has no file: 'x = 1"):
        read("```python\nx = 1\n```\n")
