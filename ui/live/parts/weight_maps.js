/* Weights as blocks of cells: one block for each tensor, one colour for each number.
 *
 * A tensor is { label, rows, cols }, its numbers flat, row by row. A cell is { tensor, row, col }.
 * All maps of one packing share its layout; each has one symmetric colour range.
 * The styles are in weight_maps.css.
 */

import { shadeOf } from "./colours.js";
import { html, svg, textWidth } from "./drawing.js";
import { STRIDES } from "./keys.js";
import { clamp } from "./scales.js";
import { formatNumber } from "./words.js";

/** @import { Block, Cell, ColourMap, Numbers, Packed, Tensor } from "./types.js" */
/** @import { Theme, WeightMap } from "./types.js" */

/** A new map in `host`: title, canvas, names and borders above it, colour scale.
 *
 * @type {(host: Element, name: string, range: number, colours: ColourMap) => WeightMap}
 */
export function weightMap(host, name, range, { shades, gradient }) {
  host.replaceChildren();
  const figure = html(host, "figure", { class: "map" });
  const title = html(figure, "figcaption", { class: "title" });
  const cells = html(figure, "div", { class: "cells" });
  const canvas = html(cells, "canvas", { "data-testid": name, "aria-hidden": "true" });
  const frame = svg(cells, "svg", { class: "frame", "aria-hidden": "true" });
  const cover = html(cells, "div", { class: "empty" });
  const empty = html(cover, "span", { hidden: "" });
  const scale = html(figure, "div", { class: "scale" });
  html(scale, "div", { class: "bar" }).style.background = gradient;
  const ends = [`≤ ${formatNumber(-range)}`, "0", `≥ ${formatNumber(range)}`];
  ends.forEach((words) => html(scale, "span", {}, words));
  return { title, cells, canvas, frame, cover, empty, range, shades };
}

/** The tensors as blocks on shelves, with the largest cell that fits; vectors stay visible.
 *
 * @type {(tensors: Tensor[], width: number, height: number, theme: Theme) => Packed}
 */
export function packBlocks(tensors, width, height, theme) {
  const least = 1 / window.devicePixelRatio;
  let cell = Math.round(1.5 * theme.rem);
  let packed = shelve(tensors, cell, theme);
  while (cell > 0.01 && (packed.width > width || packed.height > height)) {
    cell = cell > least ? cell - least : 0.8 * cell;
    packed = shelve(tensors, cell, theme);
  }
  return packed;
}

/** Left to right; a tensor much wider than high begins a new shelf.
 *
 * @type {(tensors: Tensor[], cell: number, theme: Theme) => Packed}
 */
function shelve(tensors, cell, theme) {
  const [thin, gap, head, between] = [0.5, 0.5, 1.1, 0.4].map((r) => Math.round(r * theme.rem));
  const thick = Math.max(cell, thin);
  /** @type {Packed} */
  const packed = { blocks: [], width: 0, height: 0 };
  let [x, shelf, top] = [0, 0, 0];
  tensors.forEach(({ label, rows, cols }) => {
    const [w, h] = [cols === 1 ? thick : cols * cell, rows === 1 ? thick : rows * cell];
    if (x > 0 && cols > 2 * rows) [x, top, shelf] = [0, top + shelf + between, 0];
    packed.blocks.push({ label, rows, cols, x, y: top + head, w, h });
    const space = Math.ceil(Math.max(w, textWidth(label, theme)));
    packed.width = Math.max(packed.width, x + space);
    x += space + gap;
    shelf = Math.max(shelf, head + h);
  });
  packed.height = top + shelf;
  return packed;
}

/** Sizes a map for the packed blocks; their names and borders are SVG above the canvas.
 *
 * @type {(map: WeightMap, packed: Packed, rem: number) => void}
 */
export function layoutMap({ canvas, frame, cover }, { blocks, width, height }, rem) {
  const [w, h] = [Math.ceil(width) + 2, Math.ceil(height) + 2];
  [canvas, frame, cover].forEach((element) => {
    element.style.width = `${w}px`;
    element.style.height = `${h}px`;
  });
  canvas.width = Math.round(w * window.devicePixelRatio);
  canvas.height = Math.round(h * window.devicePixelRatio);
  frame.replaceChildren();
  frame.setAttribute("viewBox", `-1 -1 ${w} ${h}`);
  blocks.forEach(({ label, x, y, w: wide, h: high }) => {
    svg(frame, "text", { x, y: y - 0.3 * rem }, label);
    svg(frame, "rect", { x: x - 0.5, y: y - 0.5, width: wide + 1, height: high + 1 });
  });
}

/** @type {(map: WeightMap, packed: Packed, arrays: Numbers[]) => void} */
export function paint({ canvas, range, shades }, { blocks }, arrays) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const ratio = window.devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, ratio, ratio);
  context.imageSmoothingEnabled = false;
  blocks.forEach((block, i) => {
    context.drawImage(pixels(block, arrays[i], range, shades), block.x, block.y, block.w, block.h);
  });
}

/** A canvas with one pixel per cell, kept on the block and filled anew.
 *
 * @type {(block: Block, values: Numbers, range: number, shades: Uint32Array) => OffscreenCanvas}
 */
function pixels(block, values, range, shades) {
  block.image ??= new OffscreenCanvas(block.cols, block.rows);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    block.image.getContext("2d"));
  block.bits ??= context.createImageData(block.cols, block.rows);
  const words = new Uint32Array(block.bits.data.buffer);
  for (let i = 0; i < words.length; i += 1) words[i] = shades[shadeOf(values[i], range)];
  context.putImageData(block.bits, 0, 0);
  return block.image;
}

/** Moves the outline to the marked cell, or takes it away.
 *
 * @type {(map: WeightMap, packed: Packed, cell: Cell | null) => void}
 */
export function outline({ frame }, { blocks }, cell) {
  frame.querySelectorAll(".marked").forEach((box) => box.remove());
  if (!cell) return;
  const block = blocks[cell.tensor];
  const [width, height] = [block.w / block.cols, block.h / block.rows];
  const [x, y] = [block.x + cell.col * width, block.y + cell.row * height];
  Object.entries({ "marked halo": 3, marked: 1 }).forEach(([name, margin]) => {
    const size = { width: width + 2 * margin, height: height + 2 * margin };
    svg(frame, "rect", { class: name, x: x - margin, y: y - margin, ...size });
  });
}

// ---------------------------------------------------------------- cells

/** @type {(tensors: Tensor[], cell: Cell) => boolean} */
export const isCell = (tensors, { tensor, row, col }) =>
  tensor < tensors.length && row < tensors[tensor].rows && col < tensors[tensor].cols;

/**
 * @type {(event: MouseEvent, canvases: HTMLCanvasElement[], packed: Pick<Packed, "blocks">) =>
 *   Cell | null}
 */
export function cellUnder(event, canvases, { blocks }) {
  const canvas = canvases.find((candidate) => candidate === event.target);
  if (!canvas) return null;
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - 1, event.clientY - box.top - 1];
  const tensor = blocks.findIndex((b) => x >= b.x && y >= b.y && x < b.x + b.w && y < b.y + b.h);
  if (tensor < 0) return null;
  const block = blocks[tensor];
  const row = Math.floor(((y - block.y) / block.h) * block.rows);
  const col = Math.floor(((x - block.x) / block.w) * block.cols);
  return { tensor, row, col };
}

/** The neighbouring cell; beyond a tensor's left or right end, the next tensor's.
 *
 * @type {(tensors: Tensor[], cell: Cell, key: string) => Cell}
 */
export function nextCell(tensors, { tensor, row, col }, key) {
  if (key === "Home") return { tensor: 0, row: 0, col: 0 };
  if (key === "End") return lastCell(tensors);
  const [down, along] = STRIDES[key];
  const beyond = col + along < 0 || col + along >= tensors[tensor].cols;
  const other = clamp(tensor + (beyond ? along : 0), 0, tensors.length - 1);
  const { rows, cols } = tensors[other];
  const entry = along > 0 ? 0 : cols - 1;
  const to = other === tensor ? clamp(col + along, 0, cols - 1) : entry;
  return { tensor: other, row: clamp(row + down, 0, rows - 1), col: to };
}

/** @type {(tensors: Tensor[]) => Cell} */
function lastCell(tensors) {
  const { rows, cols } = tensors[tensors.length - 1];
  return { tensor: tensors.length - 1, row: rows - 1, col: cols - 1 };
}

/** @type {(tensor: Tensor, place: Pick<Cell, "row" | "col">) => number} */
export const cellIndex = ({ cols }, { row, col }) => row * cols + col;

/** "W2[3,17]"; a vector's cell has one index.
 *
 * @type {(tensor: Tensor, place: Pick<Cell, "row" | "col">) => string}
 */
export function cellName({ label, rows, cols }, { row, col }) {
  return `${label}[${rows > 1 && cols > 1 ? `${row},${col}` : row + col}]`;
}
