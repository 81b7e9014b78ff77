/* Weights, predictions and losses along the inner loop are PyTorch's (tests/golden.py). */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  descend, hiddenUnits, lossOf, predict, tensorNames, writeWeights,
} from "../../ui/live/model/network.js";
import { readModel } from "../../ui/live/model/read_model.js";
import { decodeFloats } from "../../ui/live/parts/bytes.js";
import { assertClose, golden } from "./golden.js";

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

function supportOf({ support: { count, x64, y64 } }, widths) {
  const x = decodeFloats(x64, count * widths[0], "x");
  return { count, x, y: decodeFloats(y64, count * widths.at(-1), "y") };
}

for (const told of golden("networks")) {
  const model = readModel(told.exported);
  const { widths } = model.target;
  const support = supportOf(told, widths);
  const at = decodeFloats(told.at64, told.places * widths[0], "places");
  const trace = descend(model, writeWeights(model, told.description, support), support, told.steps);

  test(`${told.name}: weights after each step`, () => {
    assert.equal(trace.length, told.steps + 1);
    trace.forEach((weights, step) => {
      assert.deepEqual(weights.map(({ length }) => length), told.sizes);
      const expected = decodeFloats(told.weights64[step], sum(told.sizes), "weights");
      assertClose(weights.flatMap((values) => [...values]), expected);
    });
  });

  test(`${told.name}: predictions and losses after each step`, () => {
    trace.forEach((weights, step) => {
      const said = predict(model, weights, at, told.places);
      assertClose(said, decodeFloats(told.predictions64[step], said.length, "predictions"));
      const fitted = predict(model, weights, support.x, support.count);
      assertClose([lossOf(model, fitted, support.y, support.count)], [told.losses[step]]);
    });
  });

  test(`${told.name}: the output layer reads the last hidden units`, () => {
    const last = widths.length - 2;
    const units = hiddenUnits(model, trace[0], at, told.places, last);
    const [weight, bias] = trace[0].slice(-2);
    const said = Array.from({ length: told.places }, (_, place) =>
      [...bias].map((b, row) => b + sum(Array.from({ length: widths[last] }, (__, unit) =>
        weight[row * widths[last] + unit] * units[place * widths[last] + unit]))));
    assertClose(said.flat(), predict(model, trace[0], at, told.places));
  });
}

test("tensors are named layer by layer", () => {
  const model = readModel(golden("networks")[0].exported);
  assert.deepEqual(tensorNames(model), ["W1", "b1", "W2", "b2", "W3", "b3"]);
});

test("an export of another version is refused in one sentence", () => {
  const [{ exported }] = golden("networks");
  assert.throws(() => readModel({ ...exported, version: 2 }), /^Error: version must be 1, got 2$/);
});
