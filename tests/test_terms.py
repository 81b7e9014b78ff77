"""The table of terms, and the text that explains its words."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from hypernet import card, load_preset
from hypernet.inner import DIVERGENCE_FACTOR
from hypernet.inspection.cost import numbers
from hypernet.inspection.curve import Points, Wave, generate, run
from tests.visit import PAGES, ROOT, visit
from ui.terms import GROUPS, TERMS, Term, term
from ui.terms.list import term_list
from ui.terms.said import definition, paragraph

MOST_WORDS = 25
#: What a visitor may look for; more is welcome.
WANTED = [
    "task",
    "family",
    "support points",
    "query points",
    "shot",
    "way",
    "description",
    "embedding z",
    "encoder",
    "generator",
    "hypernetwork",
    "target network",
    "weights",
    "inner step",
    "inner loop",
    "outer loop",
    "meta-training",
    "start",
    "step size α",
    "support error",
    "query error",
    "noise σ",
    "FiLM",
    "last layer",
    "chunk",
    "rank",
    "attention",
    "prototypes",
    "matching",
    "ridge head",
    "MAML",
    "Meta-SGD",
    "CAVIA",
    "Reptile",
    "learned optimiser",
    "from scratch",
    "one net for all",
    "divergence",
    "what the points allow",
    "amplitude",
    "phase",
    "seed",
    "parameter",
]
#: Words of the field that the table does not explain.
UNEXPLAINED = [
    "activation",
    "algorithm",
    "approximat",
    "backprop",
    "bayes",
    "batch",
    "bias",
    "convex",
    "deriv",
    "differentiab",
    "epoch",
    "feature",
    "hyperparameter",
    "inference",
    "latent",
    "logit",
    "loss",
    "matrix",
    "mse",
    "norm",
    "optimise",
    "optimiz",
    "pooled",
    "posterior",
    "prior",
    "regress",
    "regular",
    "sgd",
    "softmax",
    "stochastic",
    "tensor",
    "vector",
]
SOURCES = sorted(path for top in ("pages", "ui") for path in (ROOT / top).rglob("*.py"))


def plain(one: Term) -> str:
    """A definition as it is read."""
    return re.sub(r"&[#\w]+;", "'", definition(one))


def texts(path: Path) -> Iterator[str]:
    """All texts in a file, docstrings too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_what_a_visitor_may_look_for_is_there() -> None:
    assert [name for name in WANTED if name.lower() not in TERMS] == []


def test_every_term_is_there_once_with_an_anchor_of_its_own() -> None:
    everything = [one for group in GROUPS.values() for one in group]
    assert len(TERMS) == len(everything)
    anchors = {one.anchor for one in everything}
    assert len(anchors) == len(everything)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", anchor) for anchor in anchors)
    assert term("Inner Step").anchor == "inner-step"


@pytest.mark.parametrize("name", TERMS)
def test_a_definition_is_short_and_of_words_that_are_everyday_or_explained(name: str) -> None:
    text = plain(TERMS[name])
    assert len(text.split()) <= MOST_WORDS
    assert text[-1] == "."
    assert "<" not in text
    assert "[" not in text
    assert [word for word in UNEXPLAINED if re.search(rf"\b{word}", text.lower())] == []


def test_every_marked_term_in_the_app_is_in_the_table() -> None:
    marks = [
        (path.name, name or words)
        for path in SOURCES
        for text in texts(path)
        for words, name in re.findall(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]", text)
    ]
    examples = {"term", "shown|name", "name", "words shown|term"}
    unknown = [mark for mark in marks if mark[1] not in examples and mark[1].lower() not in TERMS]
    assert len(marks) > len(TERMS)
    assert unknown == []


def test_a_definition_leads_to_others_and_never_to_itself() -> None:
    for name, one in TERMS.items():
        links = re.findall(r'href="#([^"]+)"', term_list([one]))
        assert one.anchor not in links, name
    entry = term_list([term("inner step")])
    assert entry.startswith('<dl class="glossary"><div id="inner-step"><dt>inner step</dt>')
    assert '<a href="#support-error">support error</a>' in entry
    assert 'seen on <a href="./sinusoids?at=1">Sinusoids</a>' in entry
    assert "on no page yet" in term_list([term("Reptile")])


@pytest.mark.slow
@pytest.mark.parametrize("seen", sorted({one.seen for one in TERMS.values() if one.seen}))
def test_the_link_of_a_term_opens_a_page_that_takes_every_value(seen: str) -> None:
    path, _, query = seen.partition("?")
    page = path or "idea"
    assert page in PAGES
    at = visit(page, **parse_qs(query, strict_parsing=True) if query else {})
    assert not at.warning
    assert not at.error


def numbers_in(one: Term) -> list[float]:
    """The numbers of a definition; narrow spaces part thousands."""
    text = plain(one).replace("\N{NARROW NO-BREAK SPACE}", "")
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


def expected_numbers() -> dict[str, list[float]]:
    """Each number of the table again, from what the shipped checkpoints write, hold and answer."""
    made = generate("sinusoid-description", Wave())
    size = sum(value.size for value in made.weights.values())
    last = sum(value.size for name, value in list(made.weights.items())[-2:])
    hidden = sum(value.size for name, value in made.weights.items() if name in ("0.bias", "2.bias"))
    training = load_preset("sinusoid-maml").experiment.training
    names = ("maml", "points-inner", "chunked", "low-rank", "reptile")
    kept: dict[str, Any] = {name: load_preset(f"sinusoid-{name}").learner for name in names}
    told, read = (
        len(generate(f"sinusoid-{n}", Wave()).embedding) for n in ("description", "points")
    )
    amplitude, phase = load_preset("sinusoid-description").experiment.family.entries
    flat = card("sinusoid-joint")["numbers"][0]["mean"][0]
    context = run("sinusoid-cavia", Wave(), Points(), 1).weights["context"].shape[-1]
    before, after = card("sinusoid-maml")["numbers"][0]["mean"][:2]
    return {
        "layer": [len(made.weights) / 2],
        "weights": [size],
        "parameter": [numbers("sinusoid-maml").stored, numbers("sinusoid-description").stored],
        "amplitude": [amplitude.low, amplitude.high],
        "phase": [phase.low, round(phase.high, 2), round(2 * math.pi, 2)],
        "query points": [made.grid.size],
        "shot": [Points().shots],
        "way": [
            load_preset("planar-maml").experiment.family.n_out,
            load_preset("digits-maml").experiment.family.held_out().n_out,
        ],
        "embedding z": [told, read],
        "FiLM": [2 * hidden, size],
        "last layer": [last],
        "chunk": [kept["chunked"].generator.head.out_features],
        "rank": [kept["low-rank"].generator.rank],
        "inner loop": [kept["points-inner"].inner.steps],
        "step size α": [kept["maml"].inner.rate],
        "divergence": [DIVERGENCE_FACTOR],
        "outer loop": [training.tasks],
        "meta-training": [training.steps],
        "one net for all": [float(f"{flat:.2g}")],
        "MAML": [Points().shots, float(f"{before:.2g}"), float(f"{after:.2g}")],
        "Meta-SGD": [size],
        "CAVIA": [context],
        "Reptile": [kept["reptile"].inner.steps],
    }


def test_every_number_of_the_table_is_that_of_the_shipped_checkpoints() -> None:
    shown = {one.name: numbers_in(one) for one in TERMS.values() if numbers_in(one)}
    assert shown == {name: pytest.approx(values) for name, values in expected_numbers().items()}


def test_no_number_of_the_table_is_typed() -> None:
    tree = ast.parse((ROOT / "ui" / "terms" / "table.py").read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Term":
            meaning = call.args[1]
            parts = meaning.values if isinstance(meaning, ast.JoinedStr) else [meaning]
            typed = [part.value for part in parts if isinstance(part, ast.Constant)]
            assert not re.search(r"\d", "".join(map(str, typed))), typed


def test_marks_become_buttons_that_their_definitions_describe() -> None:
    line = paragraph("Two **[[inner steps|inner step]]** and a *[[start]]*.")
    assert re.sub(r"<span popover.*?</span>", "", line).count("<button") == 2
    assert "<strong><span" in line
    assert "<em><span" in line
    buttons = re.findall(r'popovertarget="([^"]+)".*?aria-describedby="([^"]+)">([^<]+)<', line)
    assert [words for *_, words in buttons] == ["inner steps", "start"]
    for target, described, _ in buttons:
        assert target == described
        assert line.count(f'id="{target}"') == 1
    assert definition(term("start")) in line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
        ("**<i>**", "<strong>&lt;i&gt;</strong>"),
        ("2 * x", "2 * x"),
        ("a [link](javascript:x) `c` [one]", "a [link](javascript:x) `c` [one]"),
    ],
)
def test_all_else_is_shown_as_it_stands(text: str, shown: str) -> None:
    assert paragraph(text) == f'<p class="said">{shown}</p>'


def test_words_shown_for_a_term_are_escaped() -> None:
    assert '">&lt;img src=x&gt;</button>' in paragraph("[[<img src=x>|task]]")


def test_an_unknown_term_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"nearest are inner step, .*got 'inner stp'"):
        paragraph("[[inner stp]]")
