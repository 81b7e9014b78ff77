/* The loom's middle: every weight as a cell, and what is known of the cell that is pointed at. */

const SWEEP_POINTS = 41;

function openMaps(loom) {
  const { page, model, data } = loom;
  const tensors = standing(model);
  const count = tensors.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  page.written.textContent = `2 · ${grouped(count)} weights are written`;
  const map = weightMap(page.maps, "weights", data.weightRange, divergingMap(data.weightMap));
  const differences = tensors.map(({ rows, cols }) => new Float32Array(rows * cols));
  const sweep = openSweep(loom);
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
      sweep.layout();
    },
    draw() {
      const { now, pinned, difference } = loom;
      if (difference) subtract(now.weights, pinned.weights, differences);
      paint(map, packed, difference ? differences : now.weights);
      outline(map, packed, loom.cell);
      map.empty.textContent = difference && isSame(now, pinned) ? "the same wave" : "";
      map.empty.hidden = !map.empty.textContent;
      page.cell.textContent = loom.cell ? cellWords(loom, tensors) : POINT_AT_A_CELL;
      sweep.draw(tensors);
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

function subtract(weights, others, out) {
  weights.forEach((values, tensor) => {
    for (let i = 0; i < values.length; i += 1) out[tensor][i] = values[i] - others[tensor][i];
  });
}

function cellWords({ model, now, pinned, cell }, tensors) {
  const tensor = tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const value = formatNumber(now.weights[cell.tensor][i], 3);
  const was = pinned ? `, pinned ${formatNumber(pinned.weights[cell.tensor][i], 3)}` : "";
  return `${cellName(tensor, cell)} = ${value}${was}; ${unitWords(model, cell)}`;
}

/** The hidden unit that a cell belongs to: the one it feeds, or reads in the last layer. */
function unitOf({ target: { widths } }, { tensor, row }) {
  const layer = Math.floor(tensor / 2) + 1;
  if (layer < widths.length - 1) return { layer, unit: row, reads: false };
  return tensor % 2 ? null : { layer: layer - 1, unit: row, reads: true };
}

const unitName = ({ layer, unit }) => `hidden unit ${unit} of layer ${layer}`;

function unitWords(model, cell) {
  const unit = unitOf(model, cell);
  if (!unit) return "it shifts the whole curve.";
  return `it ${unit.reads ? "reads" : "feeds"} ${unitName(unit)}.`;
}

function listenToCells(loom, { under, next, first }) {
  const { maps, cell, spoken } = loom.page;
  const mark = (place) => {
    loom.cell = place;
    schedule(loom);
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

// ---------------------------------------------------------------- one weight along the description

/** A small chart of the marked weight over the range of the entry that was moved last. */
function openSweep(loom) {
  const chart = loom.page.sweep;
  let size = [0, 0];
  return {
    layout() {
      size = [loom.page.maps.clientWidth, 7.5 * loom.theme.rem];
      chart.style.height = `${size[1]}px`;
      chart.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    },
    draw(tensors) {
      chart.replaceChildren();
      if (!loom.cell) return;
      const i = cellIndex(tensors[loom.cell.tensor], loom.cell);
      drawSweep(loom, size, sweepCell(loom, i), loom.now.weights[loom.cell.tensor][i]);
    },
  };
}

/** The marked weight at even places along the varied entry, as [place, value]. */
function sweepCell({ model, data: { entries }, values, varied, cell }, i) {
  const { low, high } = entries[varied];
  const one = onlyCell(model, cell.tensor, i);
  return Array.from({ length: SWEEP_POINTS }, (_, k) => {
    const place = low + ((high - low) * k) / (SWEEP_POINTS - 1);
    return [place, writeWeights(one, values.with(varied, place), null)[0][0]];
  });
}

/** The same hypernetwork with one row of one head: it writes one weight, at a tenth of the cost. */
function onlyCell(model, tensor, i) {
  const { weight, bias } = model.generator.heads[tensor];
  const width = weight.length / bias.length;
  const row = weight.subarray(i * width, (i + 1) * width);
  const heads = [{ weight: row, bias: bias.subarray(i, i + 1) }];
  return { ...model, generator: { ...model.generator, heads } };
}

function drawSweep({ page, theme, data, values, varied }, [width, height], points, now) {
  const { rem } = theme;
  const chart = page.sweep;
  const entry = data.entries[varied];
  const range = sweepRange(points.map(([, value]) => value), data.weightRange);
  const yTicks = linearTicks(range, 3).map((value) => [value, formatTick(value)]);
  const left = 0.6 + Math.max(...yTicks.map(([, text]) => textWidth(text, theme))) / rem;
  const area = plotArea(width, height, rem, { left, right: 0.5, top: 0.5, bottom: 2.3 });
  const x = linearScale([entry.low, entry.high], [area.left, area.right]);
  const y = linearScale(range, [area.bottom, area.top]);
  const [from, to] = entry.training.map(x);
  const frame = { x: from, y: area.top, width: to - from, height: area.bottom - area.top };
  svg(chart, "rect", { class: "training", ...frame });
  const xTicks = padTicks(entry, width / (3 * rem));
  drawAxes(chart, area, { x, y, xTicks, yTicks, xName: axisTitle(entry), yName: "" });
  const path = polyline(points.map(([place]) => x(place)), points.map(([, value]) => y(value)));
  svg(chart, "path", { class: "current", d: path });
  svg(chart, "circle", { class: "dot", cx: x(values[varied]), cy: y(now), r: 0.35 * rem });
}

/** Both ends of the numbers, never so close that a still weight's noise would fill the chart. */
function sweepRange(numbers, weightRange) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const spare = Math.max(0.1 * (high - low), 0.05 * weightRange);
  return [low - spare, high + spare];
}
