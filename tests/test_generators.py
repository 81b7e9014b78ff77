"""Each way of writing weights has the property that it is named for."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from hypernet.generators import (
    GENERATORS,
    AttentionOptions,
    ChunkedOptions,
    ConditioningOptions,
    FilmOptions,
    FullOptions,
    GeneratorOptions,
    LastLayerOptions,
    LowRankOptions,
)
from hypernet.init import stream
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.types import Params

TARGET = TargetNetwork(2, 3, TargetOptions(hidden=(7, 5), activation="tanh"))
LAYERS = ("0", "2", "4")
N_Z = 4
Z = torch.randn(6, N_Z, generator=stream(0, "z"))
X = torch.randn(6, 9, 2, generator=stream(0, "x"))
#: They write from z alone (the other reads the points, see test_similarities.py).
FROM_Z = [name for name in GENERATORS if name != "similarities"]
#: They begin by writing one ordinary network for every task.
ZERO_START = [name for name in FROM_Z if name != "conditioning"]


def built(options: GeneratorOptions) -> nn.Module:
    """The generator as it begins."""
    generator = options.build(N_Z, TARGET, stream(0, "generator"))
    assert isinstance(generator, nn.Module)
    return generator


def shaken(options: GeneratorOptions) -> nn.Module:
    """The generator as if it had been trained: every tensor is moved at random."""
    generator, rng = built(options), stream(1, "shake")
    with torch.no_grad():
        for tensor in generator.parameters():
            tensor.add_(0.3 * torch.randn(tensor.shape, generator=rng))
    return generator


def assert_close(one: Params, other: Params) -> None:
    assert one.keys() == other.keys()
    for name in one:
        torch.testing.assert_close(one[name], other[name])


@pytest.mark.parametrize("name", FROM_Z)
def test_weights_load_into_the_equivalent_sequential(name: str) -> None:
    params = shaken(GENERATORS[name]())(Z)
    layers = [(2, 7), (7, 5), (5, 3)]
    modules = [module for pair in layers for module in (nn.Linear(*pair, device="meta"), nn.Tanh())]
    network = nn.Sequential(*modules[:-1]).to_empty(device="cpu")
    network.load_state_dict({key: value[0].detach() for key, value in params.items()})
    torch.testing.assert_close(network(X[0]), TARGET(params, X)[0])


@pytest.mark.parametrize("name", ZERO_START)
def test_an_untrained_generator_writes_the_same_network_for_every_task(name: str) -> None:
    for values in built(GENERATORS[name]())(Z).values():
        torch.testing.assert_close(values, values[:1].expand_as(values))


@pytest.mark.parametrize("name", ["film", "last_layer", "low_rank", "attention"])
def test_that_network_is_an_ordinary_one(name: str) -> None:
    for key, values in built(GENERATORS[name]())(Z).items():
        fan_in = TARGET.shapes[key.replace("bias", "weight")][1]
        assert values.abs().max() <= fan_in**-0.5
        assert values[0].unique().numel() == values[0].numel()


@pytest.mark.parametrize("name", FROM_Z)
def test_a_trained_generator_writes_another_network_for_every_task(name: str) -> None:
    predicted = TARGET(shaken(GENERATORS[name]())(Z), X[:1].expand_as(X))
    for task in range(1, len(Z)):
        assert (predicted[0] - predicted[task]).abs().max() > 1e-3


def test_conditioning_equals_one_network_whose_input_is_x_with_z_beside_it() -> None:
    params = shaken(ConditioningOptions())(Z)
    generator = shaken(ConditioningOptions())
    first = torch.cat([params["0.weight"][0], generator.get_parameter("shift")], dim=-1)
    shared = {name: value[0] for name, value in params.items()}
    shared["0.weight"], shared["0.bias"] = first, generator(torch.zeros(N_Z))["0.bias"]
    beside = torch.cat([X, Z.unsqueeze(-2).expand(6, 9, N_Z)], dim=-1)
    wide = TargetNetwork(2 + N_Z, 3, TargetOptions(hidden=(7, 5), activation="tanh"))
    torch.testing.assert_close(TARGET(params, X), wide(shared, beside))


def test_conditioning_begins_as_an_ordinary_network_of_that_input() -> None:
    generator = built(ConditioningOptions())
    together = torch.cat(
        [generator(torch.zeros(N_Z))["0.weight"], generator.get_parameter("shift")], dim=-1
    )
    bound = (2 + N_Z) ** -0.5
    assert 0.9 * bound < together.abs().max() <= bound


def film_of(generator: nn.Module) -> list[tuple[Tensor, Tensor]]:
    """γ and β of each hidden layer for every task."""
    hidden = torch.relu(generator.get_submodule("trunk")(Z))
    heads = generator.get_submodule("heads").children()
    return [head(hidden).chunk(2, dim=-1) for head in heads]


def test_film_scales_and_shifts_the_hidden_units_of_a_shared_network() -> None:
    generator = shaken(FilmOptions())
    shared = generator.get_submodule("shared")(torch.Size([6]))
    modulated = film_of(generator)
    assert len(modulated) == 2
    x = X
    for layer, (scale, shift) in zip(LAYERS, modulated, strict=False):
        x = x @ shared[f"{layer}.weight"].mT + shared[f"{layer}.bias"].unsqueeze(-2)
        x = torch.tanh(scale.unsqueeze(-2) * x + shift.unsqueeze(-2))
    expected = x @ shared["4.weight"].mT + shared["4.bias"].unsqueeze(-2)
    torch.testing.assert_close(TARGET(generator(Z), X), expected)


def test_film_begins_with_scale_one_and_shift_zero() -> None:
    for scale, shift in film_of(built(FilmOptions())):
        assert (scale == 1).all()
        assert (shift == 0).all()


def test_the_last_layer_alone_depends_on_the_task() -> None:
    params = shaken(LastLayerOptions())(Z)
    for name, values in params.items():
        same = bool((values == values[:1]).all())
        assert same == (not name.startswith("4."))


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_the_change_of_a_weight_matrix_has_at_most_the_given_rank(rank: int) -> None:
    generator = shaken(LowRankOptions(rank=rank))
    shared = generator.get_submodule("shared")(torch.Size([6]))
    for name, values in generator(Z).items():
        if name.endswith("weight"):
            change = (values - shared[name]).double()
            expected = min(rank, *TARGET.shapes[name])
            assert (torch.linalg.matrix_rank(change, rtol=1e-5) == expected).all()


def test_one_chunk_that_holds_everything_is_the_full_generator() -> None:
    n = TARGET.n_parameters
    chunked = shaken(ChunkedOptions(chunk=n, code=3, hidden=(8, 6)))
    full = built(FullOptions(hidden=(8, 6)))
    first = chunked.get_parameter("trunk.0.weight")
    state = {
        "trunk.0.weight": first[:, :N_Z],
        "trunk.0.bias": chunked.get_parameter("trunk.0.bias")
        + first[:, N_Z:] @ chunked.get_parameter("codes")[0],
        "trunk.2.weight": chunked.get_parameter("trunk.2.weight"),
        "trunk.2.bias": chunked.get_parameter("trunk.2.bias"),
    }
    sizes = [math.prod(shape) for shape in TARGET.shapes.values()]
    scale = chunked.get_buffer("scale")
    rows = (scale.unsqueeze(-1) * chunked.get_parameter("head.weight")).split(sizes)
    biases = (scale * chunked.get_parameter("head.bias")).split(sizes)
    for i, (row, bias) in enumerate(zip(rows, biases, strict=True)):
        state |= {f"heads.{i}.weight": row, f"heads.{i}.bias": bias}
    full.load_state_dict(state)
    assert_close(chunked(Z), full(Z))


def test_chunks_with_the_same_code_hold_the_same_numbers() -> None:
    generator = shaken(ChunkedOptions(chunk=7))
    with torch.no_grad():
        codes = generator.get_parameter("codes")
        codes.copy_(codes[:1].clone())
    row = torch.cat([values.flatten(1) for values in generator(Z).values()], dim=-1)
    row = row / generator.get_buffer("scale")
    whole = row[:, : 7 * (row.shape[-1] // 7)].unflatten(-1, (-1, 7))
    torch.testing.assert_close(whole, whole[:, :1].expand_as(whole))


@pytest.mark.parametrize(("width", "smaller"), [(40, False), (256, True)])
def test_chunks_compress_where_the_target_is_larger_than_their_head(
    width: int, smaller: bool
) -> None:
    target = TargetNetwork(1, 1, TargetOptions(hidden=(width, width)))
    generator = ChunkedOptions(chunk=256).build(2, target, stream(0, "generator"))
    size = sum(parameter.numel() for parameter in generator.parameters())
    assert generator.compression == pytest.approx(target.n_parameters / size)
    assert (generator.compression > 1) == smaller


def test_chunks_begin_at_the_scale_of_an_ordinary_network() -> None:
    target = TargetNetwork(16, 4, TargetOptions(hidden=(64, 64)))
    params = ChunkedOptions().build(N_Z, target, stream(0, "generator"))(Z)
    for name, values in params.items():
        if name.endswith("weight"):
            ordinary = (3 * values.shape[-1]) ** -0.5
            assert 0.5 * ordinary < values[0].std() < 2 * ordinary


@pytest.mark.parametrize("chunk", [5, 10, 20])
def test_chunks_share_nothing_at_first_and_have_the_spread_of_an_ordinary_start(chunk: int) -> None:
    target = TargetNetwork(1, 1, TargetOptions(hidden=(33,)))
    for seed in range(5):
        generator = ChunkedOptions(chunk=chunk).build(N_Z, target, stream(seed, "generator"))
        params = generator(torch.zeros(N_Z))
        row = torch.cat([values.flatten() for values in params.values()])
        chunks = (row / generator.get_buffer("scale")).unflatten(0, (-1, chunk))
        torch.testing.assert_close(chunks.mean(dim=0), torch.zeros(chunk), rtol=0, atol=1e-6)
        assert chunks.square().mean().item() == pytest.approx(1 / 3)


#: Targets of several depths and widths, and embeddings as short as a wave and as long as images.
TARGETS = {
    "1-40-40-1": (1, 1, (40, 40)),
    "2-16-16-3": (2, 3, (16, 16)),
    "64-32-3": (64, 3, (32,)),
    "2-128-128-5": (2, 5, (128, 128)),
}


@pytest.mark.parametrize("n_z", [2, 128, 192])
@pytest.mark.parametrize("widths", TARGETS)
@pytest.mark.parametrize("name", FROM_Z)
def test_every_weight_matrix_begins_within_a_factor_of_two_of_an_ordinary_variance(
    name: str, widths: str, n_z: int
) -> None:
    n_in, n_out, hidden = TARGETS[widths]
    target = TargetNetwork(n_in, n_out, TargetOptions(hidden=hidden))
    squares: dict[str, list[Tensor]] = {}
    for seed in range(6):
        generator = GENERATORS[name]().build(n_z, target, stream(seed, "generator"))
        z = torch.randn(1, n_z, generator=stream(seed, "z"))
        for key, values in generator(z).items():
            squares.setdefault(key, []).append(values.square().mean())
    for key, found in squares.items():
        if key.endswith("weight"):
            # conditioning is an ordinary network of x with z beside it
            wider = n_z if name == "conditioning" and key == "0.weight" else 0
            ordinary = 1 / (3 * (target.shapes[key][1] + wider))
            assert 0.5 < torch.stack(found).mean().item() / ordinary < 2, key


def test_units_that_exchange_their_places_exchange_what_is_written_for_them() -> None:
    generator = shaken(AttentionOptions())
    shared = generator.get_submodule("shared")(torch.Size([6]))
    before = {name: values - shared[name] for name, values in generator(Z).items()}
    order = torch.arange(7 + 5 + 3)
    order[[8, 10]] = order[[10, 8]]  # units 1 and 3 of the second layer
    with torch.no_grad():
        places = generator.get_parameter("places")
        places.copy_(places[order].clone())
    after = {name: values - shared[name] for name, values in generator(Z).items()}
    exchanged = torch.tensor([0, 3, 2, 1, 4])
    for name in before:
        expected = before[name]
        if name.startswith("2."):
            expected = expected.index_select(1, exchanged)
        torch.testing.assert_close(after[name], expected)


def test_every_unit_looks_at_every_other() -> None:
    generator = shaken(AttentionOptions())
    before = generator(Z)["4.bias"].detach().clone()
    with torch.no_grad():
        generator.get_parameter("places")[0, 0] += 1  # of the first unit of the first layer
    assert (generator(Z)["4.bias"] - before).abs().max() > 1e-4


def test_a_token_that_four_heads_cannot_share_is_refused() -> None:
    with pytest.raises(ValueError, match="width must be a multiple of 4, got 30"):
        AttentionOptions(width=30)
