/* The inner loop in the browser: where it has diverged, and what edits do to points and task. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  changePoints, changeTask, nextMessage, openEdits, receiveEdits, sealEdit, travel,
} from "../../ui/live/player/live_edits.js";
import { usableEntries } from "../../ui/live/player/live_runs.js";
import { assertClose, golden } from "./golden.js";

const WAVE = ({ amplitude, phase }) => (x) => amplitude * Math.sin(x - phase);
const law = { key: "wave", of: WAVE };

/** Edits after Python has sent one drawn point on the wave. */
function received(revision = 3) {
  const edits = openEdits();
  const task = { amplitude: 1, phase: 0 };
  const live = { revision, placed: false, task, law, ways: 0 };
  receiveEdits(edits, { points: [[1, 0.5]], live });
  return edits;
}

test("a loop's entries are usable until it has diverged, as in the core", () => {
  golden("numbers").kept.forEach(({ losses, kept }) => {
    const numbers = losses.map((loss) => (typeof loss === "string" ? Infinity : loss));
    assert.equal(usableEntries(numbers), kept);
    assert.equal(usableEntries(losses.map(() => 1), numbers), kept);
  });
});

test("a loop that begins with no number keeps its first entry", () => {
  assert.equal(usableEntries([NaN, 1]), 1);
});

test("drawn points keep their distance to the curve under another task", () => {
  const edits = received();
  changeTask(edits, { amplitude: 2, phase: 0.5 });
  const [[x, y]] = edits.state.points;
  assertClose([x, y - WAVE({ amplitude: 2, phase: 0.5 })(1)], [1, 0.5 - Math.sin(1)]);
});

test("placed points stay where they are under another task", () => {
  const edits = received();
  changePoints(edits, [[1, 2]]);
  changeTask(edits, { amplitude: 2, phase: 0.5 });
  assert.deepEqual(edits.state.points, [[1, 2]]);
});

test("a message carries the next number and only what has changed", () => {
  const edits = received();
  changePoints(edits, [[0, 1]]);
  assert.deepEqual(nextMessage(edits), { revision: 4, points: [[0, 1]] });
  assert.equal(edits.ahead, true);
});

test("what Python sent before it knew the edit does not take it back; its answer does", () => {
  const edits = received();
  changePoints(edits, [[0, 1]]);
  nextMessage(edits);
  const live = { revision: 3, placed: false, task: edits.state.task, law, ways: 0 };
  receiveEdits(edits, { points: [[1, 0.5]], live });
  assert.deepEqual(edits.state.points, [[0, 1]]);
  receiveEdits(edits, { points: [[0, 1]], live: { ...live, revision: 4, placed: true } });
  assert.equal(edits.ahead, false);
});

test("an edit can be undone and done again", () => {
  const edits = received();
  changePoints(edits, [[0, 1]]);
  sealEdit(edits);
  travel(edits, "past", "future");
  assert.deepEqual(edits.state.points, [[1, 0.5]]);
  travel(edits, "future", "past");
  assert.deepEqual(edits.state.points, [[0, 1]]);
});
