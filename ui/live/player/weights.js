/* The inner-loop player's weights: every tensor as a block of cells, now and what changed.
 *
 * Two maps with the same layout; each has one symmetric colour range for all tensors. The second
 * one shows the difference to the pinned weights instead while `memory.difference` is true.
 */

import { unitWords } from "../parts/cell_story.js";
import { divergingMap } from "../parts/colours.js";
import { subtract } from "../parts/pins.js";
import { rowAt } from "../parts/scales.js";
import {
  cellIndex, cellName, cellUnder, isCell, layoutMap, nextCell, outline, packBlocks, paint,
  weightMap,
} from "../parts/weight_maps.js";
import { formatNumber } from "../parts/words.js";
import { isWide } from "./charts.js";
import { computePinned } from "./story.js";

/** @import { Cell, Packed, Theme, WeightMap } from "../parts/types.js" */
/** @import { CellProbe, Fit, Memory, Page, Picture, View } from "./types.js" */
/** @import { ViewTensor, ViewWeights, WeightRanges } from "./types.js" */

/** The most that a map is high, in rem, beside the losses and below them. */
const [LOW, HIGH] = [8.5, 19];
const HINT = "Point at a cell to read its number.";
/** Differences below this share of the weights' range are none. */
const SAME_SHARE = 1e-3;

/** @type {(page: Page, view: View, theme: Theme, memory: Memory) => Picture & CellProbe} */
export function weightMaps(page, view, theme, memory) {
  const weights = /** @type {ViewWeights} */ (view.weights);
  const { label, tensors } = weights;
  const shownFit = /** @type {Fit} */ (view.fits.find((fit) => fit.label === label));
  const ranges = () => weights.ranges;
  weights.ranges = weightRanges(tensors);
  const colours = divergingMap(view.weightMap);
  const maps = [
    weightMap(page.now, "weights", ranges().now, colours),
    weightMap(page.change, "weights-change", ranges().change, colours),
  ];
  page.maps.setAttribute("aria-label", `Weights of ${label}: arrow keys read them cell by cell`);
  tensors.forEach(addBuffers);
  if (memory.cell && !isCell(tensors, memory.cell)) memory.cell = null;
  /** @type {Packed} */
  let packed = { blocks: [], width: 0, height: 0 };

  const layout = () => {
    const height = (isWide(page.player, theme) ? LOW : HIGH) * theme.rem;
    packed = packBlocks(tensors, maps[0].cells.clientWidth, height, theme);
    maps.forEach((map) => layoutMap(map, packed, theme.rem));
  };
  const renew = () => {
    weights.ranges = weightRanges(tensors);
    recolour(maps[0], ranges().now);
    page.maps.classList.toggle("waiting", Boolean(shownFit.waiting));
  };
  /** @type {(position: number, step: number) => void} */
  const draw = (position, step) => {
    computeWeights(weights, position, memory);
    recolour(maps[1], memory.difference ? differenceRange(weights) : ranges().change);
    paint(maps[0], packed, tensors.map((tensor) => tensor.now));
    paint(maps[1], packed, tensors.map((tensor) => tensor.change));
    maps.forEach((map) => outline(map, packed, memory.cell));
    drawWords(maps, weights, memory, step);
    const { cell } = memory;
    page.cell.textContent = cell ? cellSentence(view, tensors, shownFit, cell, step) : HINT;
  };
  const first = () => memory.cell ?? { tensor: 0, row: 0, col: 0 };
  return {
    layout,
    renew,
    draw,
    host: page.maps,
    line: page.cell,
    first,
    mark: (cell) => (memory.cell = cell),
    under: (event) => cellUnder(event, maps.map(({ canvas }) => canvas), packed),
    next: (key) => (memory.cell ? nextCell(tensors, memory.cell, key) : first()),
  };
}

/** @type {(tensor: ViewTensor) => void} */
function addBuffers(tensor) {
  tensor.first = tensor.values.subarray(0, tensor.size);
  tensor.now = Float32Array.from(tensor.first);
  tensor.change = new Float32Array(tensor.size);
}

/** Fills `now`, `pinned` and `change` of every tensor for a position between two steps.
 *
 * @type {(weights: ViewWeights, position: number,
 *   memory: Pick<Memory, "pinned" | "difference">) => void}
 */
function computeWeights(weights, position, { pinned, difference }) {
  const { kept, tensors } = weights;
  tensors.forEach(({ values, size, now }) =>
    rowAt(values, size, Math.min(position, kept - 1), now));
  computePinned(weights, pinned, position);
  const others = tensors.map((tensor) =>
    difference ? tensor.pinned ?? tensor.now : tensor.first);
  subtract(tensors.map(({ now }) => now), others, tensors.map(({ change }) => change));
}

/**
 * @type {(maps: WeightMap[], weights: ViewWeights, memory: Pick<Memory, "difference">,
 *   step: number) => void}
 */
function drawWords([now, change], weights, { difference }, step) {
  const words = difference ? differenceWords(weights) : changeWords(step, weights.ranges);
  now.title.textContent = weightsTitle(weights, step);
  change.title.textContent =
    difference ? "Difference to the pinned task" : "What the inner loop changed";
  change.empty.textContent = words;
  change.empty.hidden = !words;
}

/** Of the difference that is shown; where there is none, its noise stays pale.
 *
 * @type {(weights: ViewWeights) => number}
 */
function differenceRange({ tensors, ranges }) {
  const sizes = tensors.flatMap(({ change }) => Array.from(change, Math.abs));
  return roundAbove(Math.max(quantile(sizes, 0.99), SAME_SHARE * ranges.now));
}

/** @type {(weights: ViewWeights) => string} */
function differenceWords({ tensors, ranges }) {
  if (!tensors[0].pinned) return "no weights of this learner are pinned";
  const least = SAME_SHARE * ranges.now;
  return tensors.every(({ change }) => change.every((d) => Math.abs(d) < least)) ? "the same" : "";
}

/** @type {(step: number, ranges: WeightRanges) => string} */
function changeWords(step, { still }) {
  if (step === 0) return "no step taken yet";
  return still ? "nothing changed" : "";
}

/** @type {(weights: ViewWeights, step: number) => string} */
function weightsTitle({ label, kept }, step) {
  const last = Math.min(step, kept - 1);
  const tail = step > last ? " (its last)" : "";
  return `Weights of ${label}, step ${last}${tail}`;
}

/** One symmetric range per map: 99 % of the cells after the last step lie inside, others saturate.
 *
 *  Ranges are round, so that colours keep their meaning while weights change a little.
 *
 * @type {(tensors: ViewTensor[]) => WeightRanges}
 */
function weightRanges(tensors) {
  /** @type {number[]} */
  const now = [];
  /** @type {number[]} */
  const change = [];
  tensors.forEach(({ values, size }) => {
    const last = values.length - size;
    for (let i = 0; i < size; i += 1) {
      now.push(Math.abs(values[last + i]));
      change.push(Math.abs(values[last + i] - values[i]));
    }
  });
  const range = quantile(now, 0.99) || Math.max(...now) || 1;
  const moved = Math.max(...change);
  return {
    now: roundAbove(range),
    change: roundAbove(Math.max(quantile(change, 0.99) || moved, 1e-4 * range)),
    still: moved === 0,
  };
}

/** @type {(values: number[], share: number) => number} */
const quantile = (values, share) =>
  Float32Array.from(values).sort()[Math.floor(share * (values.length - 1))];

/** Gives a map another range: its colours at the next painting, and its scale's ends.
 *
 * @type {(map: WeightMap, range: number) => void}
 */
function recolour(map, range) {
  if (map.range === range) return;
  map.range = range;
  const figure = /** @type {HTMLElement} */ (map.cells.parentElement);
  const ends = figure.querySelectorAll(".scale span");
  ends[0].textContent = `≤ ${formatNumber(-range)}`;
  ends[2].textContent = `≥ ${formatNumber(range)}`;
}

/** The next of 1, 1.5, 2, 3, 5, 7, 10 times a power of ten.
 *
 * @type {(value: number) => number}
 */
function roundAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const size = [1, 1.5, 2, 3, 5, 7, 10].find((round) => round * power >= value * 0.999);
  return (size ?? NaN) * power;
}

// ---------------------------------------------------------------- one cell

/** "W2[3,17] = −0.124, was −0.120, pinned 0.310; it feeds hidden unit 3 of layer 2."
 *
 * @type {(view: View, tensors: ViewTensor[], fit: Fit, cell: Cell, step: number) => string}
 */
function cellSentence({ live }, tensors, { model }, cell, step) {
  const tensor = tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const parts = [`${cellName(tensor, cell)} = ${formatNumber(tensor.now[i], 3)}`];
  if (step > 0) parts.push(`was ${formatNumber(tensor.first[i], 3)}`);
  if (tensor.pinned) parts.push(`pinned ${formatNumber(tensor.pinned[i], 3)}`);
  return parts.join(", ") + (live?.pad && model ? `; ${unitWords(model, cell)}` : "");
}
