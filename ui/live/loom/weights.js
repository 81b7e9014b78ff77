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

/** @import { Model } from "../model/types.js" */
/** @import { Cell, Packed, Sweep, Tensor } from "../parts/types.js" */
/** @import { Drawn, Loom, WovenPicture } from "./types.js" */
/**
 * @typedef {{
 *   under: (event: PointerEvent) => Cell | null, next: (key: string) => Cell, first: () => Cell,
 * }} CellWalk
 */

const POINT_AT_A_CELL = "Point at a cell: it shows what this number does.";

/** @type {(loom: Loom, model: Model) => WovenPicture} */
export function openMaps(loom, model) {
  const { page, data } = loom;
  const tensors = standing(model);
  const count = tensors.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  page.written.textContent = `2 · ${grouped(count)} weights are written`;
  const map = weightMap(page.maps, "weights", data.weightRange, divergingMap(data.weightMap));
  const differences = tensors.map(({ rows, cols }) => new Float32Array(rows * cols));
  const sweep = openSweep(page.sweep);
  /** @type {Packed} */
  let packed = { blocks: [], width: 0, height: 0 };
  const first = () => loom.cell ?? { tensor: 0, row: 0, col: 0 };
  listenToCells(loom, {
    under: (event) => cellUnder(event, [map.canvas], packed),
    next: (key) => (loom.cell ? nextCell(tensors, loom.cell, key) : first()),
    first,
  });
  return {
    layout() {
      packed = packBlocks(tensors, map.cells.clientWidth, 17 * loom.theme.rem, loom.theme);
      layoutMap(map, packed, loom.theme.rem);
      sweep.layout(page.maps.clientWidth, loom.theme);
    },
    draw(_, now) {
      const { pinned, cell } = loom;
      const other = loom.difference ? pinned : null;
      if (other) subtract(now.weights, other.weights, differences);
      paint(map, packed, other ? differences : now.weights);
      outline(map, packed, cell);
      map.empty.textContent = other && isSame(now, other) ? "the same wave" : "";
      map.empty.hidden = !map.empty.textContent;
      page.cell.textContent =
        cell ? cellWords(model, now, pinned, cell, tensors) : POINT_AT_A_CELL;
      sweep.draw(cell && sweepOf(loom, model, now, cell, tensors));
    },
  };
}

/** The tensors as blocks; a matrix with one row stands upright, beside the units it reads.
 *
 * @type {(model: Model) => Tensor[]}
 */
function standing(model) {
  const names = tensorNames(model);
  return shapes(model).map(([rows, cols], i) => {
    if (rows > 1 || cols === 1) return { label: names[i], rows, cols };
    return { label: `${names[i]}ᵀ`, rows: cols, cols: 1 };
  });
}

/** @type {(count: number) => string} */
const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** @type {(now: Drawn, pinned: Drawn) => boolean} */
const isSame = (now, pinned) => now.values.every((value, i) => value === pinned.values[i]);

/**
 * @type {(model: Model, now: Drawn, pinned: Drawn | null, cell: Cell, tensors: Tensor[]) => string}
 */
function cellWords(model, now, pinned, cell, tensors) {
  const tensor = tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const value = formatNumber(now.weights[cell.tensor][i], 3);
  const was = pinned ? `, pinned ${formatNumber(pinned.weights[cell.tensor][i], 3)}` : "";
  return `${cellName(tensor, cell)} = ${value}${was}; ${unitWords(model, cell)}`;
}

/** @type {(loom: Loom, cells: CellWalk) => void} */
function listenToCells(loom, { under, next, first }) {
  const { maps, cell, spoken } = loom.page;
  /** @type {(place: Cell | null) => void} */
  const mark = (place) => {
    loom.cell = place;
    loom.redraw();
  };
  maps.addEventListener("pointermove", (event) => mark(under(event)));
  maps.addEventListener("pointerdown", (event) => mark(under(event)));
  maps.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || mark(null));
  maps.addEventListener("focus", () => maps.matches(":focus-visible") && mark(first()));
  maps.addEventListener("blur", () => mark(null));
  maps.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const { key } = event;
    if (!(key in STRIDES || key === "Home" || key === "End")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    mark(next(key));
    requestAnimationFrame(() => (spoken.textContent = cell.textContent));
  });
  maps.addEventListener("keyup", (event) => event.stopPropagation());
}

/** The marked weight over the range of the entry that was moved last.
 *
 * @type {(loom: Loom, model: Model, now: Drawn, cell: Cell, tensors: Tensor[]) => Sweep}
 */
function sweepOf({ data, values, varied }, model, now, cell, tensors) {
  const place = { tensor: cell.tensor, i: cellIndex(tensors[cell.tensor], cell) };
  return {
    entry: data.entries[varied],
    points: sweepCell(model, data.entries, values, varied, place),
    marks: [["dot", values[varied], now.weights[place.tensor][place.i]]],
    weightRange: data.weightRange,
  };
}
