"""One text is made of an entry and all that it imports, or one sentence says why not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from ui.live.compose import LIVE, modules_of, script_of, text_of

#: The JavaScript that a component begins with.
ENTRIES = tuple(
    found.group(1)
    for source in sorted(LIVE.glob("*/*.py"))
    for found in re.finditer(r'js=script_of\("([^"]+)"\)', source.read_text(encoding="utf-8"))
)


def written(folder: Path, **files: str) -> Path:
    """A folder with these modules; the first is the entry, which is returned."""
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.js"


def test_a_module_stands_after_those_that_it_imports_and_only_once(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import { a } from "./a.js";\nimport { b } from "./b.js";\na(b);\n',
        a='import { b } from "./b.js";\nexport const a = () => b;\n',
        b="export function b() {}\n",
    )
    assert [module.path.stem for module in modules_of(entry)] == ["b", "a", "entry"]
    assert script_of(entry).count("function b() {}") == 1


def test_names_that_are_not_exported_stay_in_their_module(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import { a } from "./a.js";\nconst SIZE = 2;\nexport default function () {}\n',
        a="const SIZE = 1;\nexport const a = SIZE;\n",
    )
    text = script_of(entry)
    inside, outside = text.split("})();")
    assert "const SIZE = 1;" in inside
    assert "return { a };" in inside
    assert "const SIZE = 2;" in outside
    assert "const { a } = module0;" in outside


def test_names_may_be_imported_on_several_lines(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import {\n  a,\n  b,\n} from "./a.js";\n',
        a="export const a = 1;\nexport function b() {}\n",
    )
    assert "const { a, b } = module0;" in script_of(entry)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    entry = written(tmp_path, entry='import { a } from "./gone.js";\n')
    with pytest.raises(ValueError, match=r"entry\.js imports .*gone\.js, which is no file"):
        script_of(entry)


def test_names_that_are_not_exported_are_named(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import { a, b, c } from "./a.js";\n',
        a="const a = 1;\nexport const b = a;\nconst c = 2;\n",
    )
    with pytest.raises(ValueError, match=r"imports a, c, which .*a\.js does not export"):
        script_of(entry)


def test_a_circle_is_named_from_end_to_end(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import { a } from "./a.js";\n',
        a='import { b } from "./b.js";\nexport const a = b;\n',
        b='import { a } from "./a.js";\nexport const b = a;\n',
    )
    way = r"in a circle, got \S*a\.js → \S*b\.js → \S*a\.js$"
    with pytest.raises(ValueError, match=way):
        script_of(entry)


@pytest.mark.parametrize(
    "line",
    [
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        'import { a as b } from "./a.js";',
        'import "./a.js";',
        'import { a } from "library";',
        'import { a } from "./a.js"',
        "export { a };",
        'export * from "./a.js";',
        "export let a = 1;",
        "export class A {}",
        "export const { a } = {};",
        "export default a;",
    ],
)
def test_other_imports_and_exports_are_refused_by_file_and_line(tmp_path: Path, line: str) -> None:
    entry = written(tmp_path, entry=f"const b = 1;\n\n{line}\n", a="export const a = 1;\n")
    with pytest.raises(ValueError, match=rf"entry\.js:3 must be .*, got {re.escape(line)}$"):
        script_of(entry)


def test_an_import_while_running_is_refused(tmp_path: Path) -> None:
    entry = written(tmp_path, entry='const a = () =>\n  import("./a.js");\n')
    with pytest.raises(ValueError, match=r'entry\.js:2 must be .*, got import\("\./a\.js"\);$'):
        script_of(entry)


def test_only_the_entry_may_export_a_default(tmp_path: Path) -> None:
    default = "export default function () {}\n"
    entry = written(tmp_path, entry=f'import {{ a }} from "./a.js";\n{default}', a=default)
    with pytest.raises(ValueError, match=r"a\.js:1 must be .*, got export default function"):
        script_of(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_component_is_one_module_with_one_default_export(entry: str) -> None:
    text = script_of(entry)
    assert re.findall(r"^(?:import|export)\b.*", text, re.MULTILINE) == [
        next(line for line in text.splitlines() if line.startswith("export default function ("))
    ]


def test_no_file_of_the_live_pictures_is_left_out_of_all_of_them() -> None:
    used = {module.path for entry in ENTRIES for module in modules_of(entry)}
    assert used == set(LIVE.glob("**/*.js"))
    assert len(ENTRIES) == 5


def composing() -> float:
    """CPU seconds for all components together."""
    start = time.process_time()
    assert all(map(script_of, ENTRIES))
    return time.process_time() - start


def test_all_components_are_composed_in_less_than_50_ms() -> None:
    assert min(composing() for _ in range(3)) < 0.05


def test_styles_stand_in_the_order_that_is_asked_for() -> None:
    first, second = "loom/loom.css", "parts/pad.css"
    both = text_of(second, first)
    assert both.index(text_of(second)) < both.index(text_of(first))
