/* The loom's middle: every weight as a cell, and what is known of the cell that is pointed at. */

import { shapes, tensorNames } from "../model/network.js";
import { openSweep, sweepCell, unitWords } from "../parts/cell_story.js";
import { divergingMap } from "../parts/colours.js";
import { STRIDES } from "../parts/keys.js";
import { subtract } from "../parts/pins.js";
import {
  cellIndex, cellName, cellUnder, layoutMap, nextCell, outline, packBlocks, paint, weightMap,
} from "../parts/weight_maps.js";
import { formatNumber } from "../parts/words.js";

const POINT_AT_A_CELL = "Point at a cell: it shows what this number does.";

export function openMaps(loom) {
  const { page, model, data } = loom;
  const tensors = standing(model);
  const count = tensors.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  page.written.textContent = `2 · ${grouped(count)} weights are written`;
  const map = weightMap(page.maps, "weights", data.weightRange, divergingMap(data.weightMap));
  const differences = tensors.map(({ rows, cols }) => new Float32Array(rows * cols));
  const sweep = openSweep(page.sweep);
  let packed = null;
  const first = () => loom.cell ?? { tensor: 0, row: 0, col: 0 };
  listenToCells(loom, {
    under: (event) => cellUnder(event, [map.canvas], packed),
    next: (key) => (loom.cell ? nextCell(tensors, loom.cell, key) : first()),
    first,
  });
  return {
    tensors,
    layout() {
      packed = packBlocks(tensors, map.cells.clientWidth, 17 * loom.theme.rem, loom.theme);
      layoutMap(map, packed, loom.theme.rem);
      sweep.layout(page.maps.clientWidth, loom.theme);
    },
    draw() {
      const { now, pinned, difference } = loom;
      if (difference) subtract(now.weights, pinned.weights, differences);
      paint(map, packed, difference ? differences : now.weights);
      outline(map, packed, loom.cell);
      map.empty.textContent = difference && isSame(now, pinned) ? "the same wave" : "";
      map.empty.hidden = !map.empty.textContent;
      page.cell.textContent = loom.cell ? cellWords(loom, tensors) : POINT_AT_A_CELL;
      sweep.draw(loom.cell && sweepOf(loom, tensors));
    },
  };
}

/** The tensors as blocks; a matrix with one row stands upright, beside the units it reads. */
function standing(model) {
  const names = tensorNames(model);
  return shapes(model).map(([rows, cols], i) => {
    if (rows > 1 || cols === 1) return { label: names[i], rows, cols };
    return { label: `${names[i]}ᵀ`, rows: cols, cols: 1 };
  });
}

const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

const isSame = (now, pinned) => now.values.every((value, i) => value === pinned.values[i]);

function cellWords({ model, now, pinned, cell }, tensors) {
  const tensor = tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const value = formatNumber(now.weights[cell.tensor][i], 3);
  const was = pinned ? `, pinned ${formatNumber(pinned.weights[cell.tensor][i], 3)}` : "";
  return `${cellName(tensor, cell)} = ${value}${was}; ${unitWords(model, cell)}`;
}

function listenToCells(loom, { under, next, first }) {
  const { maps, cell, spoken } = loom.page;
  const mark = (place) => {
    loom.cell = place;
    loom.redraw();
  };
  const on = (type, act) => maps.addEventListener(type, act);
  on("pointermove", (event) => mark(under(event)));
  on("pointerdown", (event) => mark(under(event)));
  on("pointerleave", ({ pointerType }) => pointerType === "touch" || mark(null));
  on("focus", () => maps.matches(":focus-visible") && mark(first()));
  on("blur", () => mark(null));
  on("keydown", (event) => {
    event.stopPropagation();
    const { key } = event;
    if (!(key in STRIDES || key === "Home" || key === "End")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    mark(next(key));
    requestAnimationFrame(() => (spoken.textContent = cell.textContent));
  });
  on("keyup", (event) => event.stopPropagation());
}

/** The marked weight over the range of the entry that was moved last. */
function sweepOf({ model, data, values, varied, now, cell }, tensors) {
  const place = { tensor: cell.tensor, i: cellIndex(tensors[cell.tensor], cell) };
  return {
    entry: data.entries[varied],
    points: sweepCell(model, data.entries, values, varied, place),
    marks: [["dot", values[varied], now.weights[place.tensor][place.i]]],
    weightRange: data.weightRange,
  };
}
