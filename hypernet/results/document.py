"""All shipped presets, measured, as one Markdown document: docs/results.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypernet.presets import GENERATED, TOLD, Preset
from hypernet.protocols import Classification, TaskFamily
from hypernet.results.classification import classes, images, shapes, ways
from hypernet.results.data_efficiency import data_efficiency
from hypernet.results.every_number import every_number
from hypernet.results.in_turn import in_turn
from hypernet.results.limit import limits
from hypernet.results.measures import plain_family
from hypernet.results.outside import outside
from hypernet.results.parts import encoders, generators
from hypernet.results.regression import regression
from hypernet.results.store_or_generate import plain_training, store_or_generate
from hypernet.results.study import Section, Study, by_family
from hypernet.tasks import FAMILIES, Clusters, Planar
from hypernet.tasks.images import ImageClasses

#: How a family is called; one that is not here goes by its name.
TITLES = {
    "sinusoid": "Sinusoids",
    "planar": "Planar shapes",
    "clusters": "Clusters",
    "digits": "Handwritten digits never seen before",
    "sketches": "Sketches of things never seen before",
    "modes": "Five modes",
}
#: Presets that differ from others in one part only: they have tables of their own.
APART = GENERATED.keys() | TOLD.keys()


def results(study: Study) -> str:
    """The whole document; every measurement is asked for before the first is waited for."""
    families = _titled()
    sections: list[Section] = []
    for title, (family, presets) in families.items():
        shown = {name: preset for name, preset in presets.items() if name not in APART}
        sections += _of_family(study, title, family, shown)
    sections += [
        limits(study, families),
        outside(study),
        generators(study),
        encoders(study),
        data_efficiency(study),
        store_or_generate(),
        plain_training(study),
        in_turn(study),
        every_number(study, families),
    ]
    lines = [line for section in sections for line in section()]
    return "\n".join([*_head(study), *lines]) + "\n"


def _head(study: Study) -> Iterator[str]:
    command = f"python -m hypernet results --tasks {study.tasks} --seed {study.seed}"
    yield from ("# Results", "")
    yield (
        f"Written by `{command}{' --short' if study.short else ''}` from the shipped checkpoints. "
        "Each number is a mean over fresh tasks ± half its 95 % interval, which allows for other "
        "tasks; where tasks share images, as digits do, for other images of the same classes too, "
        "and where they draw many classes, as sketches do, for other classes."
    )


def _titled() -> dict[str, tuple[TaskFamily, Mapping[str, Preset]]]:
    """Families with presets by title: the family as it is by default first, then its others."""
    titled: dict[str, tuple[TaskFamily, Mapping[str, Preset]]] = {}
    for family, presets in by_family().items():
        name = plain_family(family)["name"]
        title = TITLES.get(name, name.capitalize())
        if family != FAMILIES[name]().held_out():
            others = sum(other.startswith(f"{title}, ") for other in titled)
            title = f"{title}, other protocol{f' {others + 1}' if others else ''}"
        titled[title] = (family, presets)
    return titled


def _of_family(
    study: Study, title: str, family: TaskFamily, presets: Mapping[str, Preset]
) -> list[Section]:
    if not isinstance(family, Classification):
        return [regression(study, title, family, presets)]
    if family == Planar():
        return [shapes(study, presets)]
    table = classes(study, title, family, presets)
    if family == Clusters():
        return [table, ways(study)]
    if isinstance(family, ImageClasses):
        return [table, images(study, family, presets)]
    return [table]
