/* What lies under the pointer: points, cells, places in a plot, inner steps. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cellIndex, cellName, cellUnder, nextCell } from "../../ui/live/parts/weight_maps.js";
import { nearestPoint } from "../../ui/live/player/editor_pointer.js";
import { stepUnder } from "../../ui/live/player/losses.js";
import { placeUnder } from "../../ui/live/player/places.js";
import { assertClose, golden } from "./golden.js";

/** An element whose left upper corner lies there. */
const elementAt = (left, top) => ({ getBoundingClientRect: () => ({ left, top }) });
const TENSORS = [
  { label: "W1", rows: 2, cols: 3 }, { label: "b1", rows: 2, cols: 1 },
  { label: "W2", rows: 1, cols: 2 },
];

test("a pointer is on the nearest point that is at most 12 pixels away", () => {
  const { points, pointers, nearest } = golden("numbers").nearest;
  const same = (value) => value;
  const panel = { chart: elementAt(7, -3), scales: { x: same, y: same } };
  const found = pointers.map(([x, y]) =>
    nearestPoint(panel, points, { clientX: x + 7, clientY: y - 3, pointerType: "mouse" }));
  assert.deepEqual(found, nearest);
  assert.ok(found.includes(null) && new Set(found).size > 3);
});

test("a finger reaches farther than a mouse", () => {
  const same = (value) => value;
  const panel = { chart: elementAt(0, 0), scales: { x: same, y: same } };
  const at = (pointerType) =>
    nearestPoint(panel, [[0, 0]], { clientX: 20, clientY: 0, pointerType });
  assert.deepEqual(["mouse", "pen", "touch"].map(at), [null, null, 0]);
});

test("a place in a plot is told in the plot's units; beside it there is none", () => {
  const area = { left: 20, right: 120, top: 10, bottom: 60 };
  const panel = { chart: elementAt(5, 5), area, ranges: [[-5, 5], [0, 1]] };
  const { x, y } = placeUnder({ clientX: 75, clientY: 40 }, panel);
  assertClose([x, y], [0, 0.5]);
  assert.equal(placeUnder({ clientX: 10, clientY: 40 }, panel), null);
  assert.equal(placeUnder({ clientX: 75, clientY: 90 }, panel), null);
});

test("a cell under the pointer is counted from its block's corner", () => {
  const canvas = elementAt(100, 200);
  const blocks = TENSORS.map((tensor, i) =>
    ({ ...tensor, x: 50 * i, y: 12, w: 10 * tensor.cols, h: 10 * tensor.rows }));
  const under = (x, y) =>
    cellUnder({ target: canvas, clientX: 101 + x, clientY: 201 + y }, [canvas], { blocks });
  assert.deepEqual(under(25, 27), { tensor: 0, row: 1, col: 2 });
  assert.deepEqual(under(55, 13), { tensor: 1, row: 0, col: 0 });
  assert.equal(under(35, 13), null);
  assert.equal(cellUnder({ target: null, clientX: 0, clientY: 0 }, [canvas], { blocks }), null);
});

test("arrow keys walk from cell to cell and from tensor to tensor", () => {
  const corner = { tensor: 0, row: 1, col: 2 };
  assert.deepEqual(nextCell(TENSORS, corner, "ArrowRight"), { tensor: 1, row: 1, col: 0 });
  assert.deepEqual(nextCell(TENSORS, corner, "ArrowUp"), { tensor: 0, row: 0, col: 2 });
  assert.deepEqual(nextCell(TENSORS, corner, "ArrowDown"), corner);
  assert.deepEqual(nextCell(TENSORS, corner, "End"), { tensor: 2, row: 0, col: 1 });
  assert.deepEqual(nextCell(TENSORS, corner, "Home"), { tensor: 0, row: 0, col: 0 });
});

test("a cell has the index of its number, and a name", () => {
  assert.equal(cellIndex(TENSORS[0], { row: 1, col: 2 }), 5);
  assert.equal(cellName(TENSORS[0], { row: 1, col: 2 }), "W1[1,2]");
  assert.equal(cellName(TENSORS[1], { row: 1, col: 0 }), "b1[1]");
});

test("the inner step under the pointer is the nearest one, from the first to the last", () => {
  const chart = { ...elementAt(50, 0), dataset: { plotX: "10 110" } };
  const steps = [0, 60, 84, 86, 400].map((clientX) => stepUnder(chart, { clientX }, 4));
  assert.deepEqual(steps, [0, 0, 1, 1, 4]);
});
