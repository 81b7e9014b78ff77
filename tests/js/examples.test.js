/* What Python sends (tests/examples.py) is read by each component's own functions. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { predict, writeWeights } from "../../ui/live/model/network.js";
import { readModel } from "../../ui/live/model/read_model.js";
import { readView } from "../../ui/live/player/read_view.js";
import { readTraining } from "../../ui/live/training/read_training.js";
import { model } from "./examples/model.js";
import { player } from "./examples/player.js";
import { training } from "./examples/training.js";

for (const [state, data] of Object.entries(player)) {
  test(`the player reads ${state}`, () => {
    const view = readView(data);
    assert.equal(view.fits.length, data.fits.length);
    assert.equal(view.points.length, data.points);
    view.fits.forEach((fit) => {
      assert.equal(fit.score.values.length, fit.kept);
      assert.ok(fit.supportLoss.every(Number.isFinite));
    });
    assert.deepEqual(view.live?.revision, data.live?.revision);
  });
}

test("what no player can draw is refused", () => {
  assert.throws(() => readView({ fits: [] }), /no learner was sent/);
  const [curves] = Object.values(player);
  assert.throws(() => readView({ ...curves, grid: 3 }), /grid x must hold 3 numbers, got 20/);
});

for (const [state, data] of Object.entries(training)) {
  test(`the picture of meta-training reads ${state}`, () => {
    const { tasks, runs } = readTraining(data);
    assert.deepEqual(tasks.map(({ points }) => points.length), data.tasks.map((t) => t.points));
    assert.deepEqual(runs.map(({ meta }) => meta[0].length), data.runs.map((r) => r.reports));
  });
}

for (const [state, { exported }] of Object.entries(model)) {
  test(`a model is read and says a finite number: ${state}`, () => {
    const read = readModel(exported);
    const { widths } = read.target;
    const nothing = { count: 0, x: new Float32Array(0), y: new Float32Array(0) };
    const weights = writeWeights(read, [0.5, 0.5], nothing);
    const said = predict(read, weights, new Float32Array(widths[0]), 1);
    assert.ok(said.length === widths.at(-1) && said.every(Number.isFinite));
  });
}
