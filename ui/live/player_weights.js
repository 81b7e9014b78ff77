/* The inner-loop player's weights: every tensor as a block of cells, now and what changed.
 *
 * Two maps with the same layout; each has one symmetric colour range for all tensors.
 */

const HINT = "Point at a cell to read its number.";

function weightMaps(page, view, theme, memory) {
  const { label, tensors } = view.weights;
  const shownFit = view.fits.find((fit) => fit.label === label);
  let ranges = weightRanges(tensors);
  const colours = divergingMap(view.weightMap);
  const maps = [
    weightMap(page.now, "weights", ranges.now, colours),
    weightMap(page.change, "weights-change", ranges.change, colours),
  ];
  page.maps.setAttribute("aria-label", `Weights of ${label}: arrow keys read them cell by cell`);
  tensors.forEach(addBuffers);
  if (memory.cell && !isCell(tensors, memory.cell)) memory.cell = null;
  let packed = null;

  const layout = () => {
    packed = packBlocks(tensors, maps[0].cells.clientWidth, 19 * theme.rem, theme);
    maps.forEach((map) => layoutMap(map, packed, theme.rem));
  };
  const renew = () => {
    ranges = weightRanges(tensors);
    recolour(maps[0], ranges.now);
    recolour(maps[1], ranges.change);
    page.maps.classList.toggle("waiting", Boolean(shownFit.waiting));
  };
  const draw = (position, step) => {
    computeWeights(view.weights, position);
    paint(maps[0], packed, tensors.map((tensor) => tensor.now));
    paint(maps[1], packed, tensors.map((tensor) => tensor.change));
    maps.forEach((map) => outline(map, packed, memory.cell));
    drawWords(page, maps, view.weights, ranges, memory.cell, step);
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

function addBuffers(tensor) {
  tensor.first = tensor.values.subarray(0, tensor.size);
  tensor.now = Float32Array.from(tensor.first);
  tensor.change = new Float32Array(tensor.size);
}

/** Fills `now` and `change` of every tensor for a position between two steps. */
function computeWeights({ kept, tensors }, position) {
  tensors.forEach(({ values, size, first, now, change }) => {
    rowAt(values, size, Math.min(position, kept - 1), now);
    for (let i = 0; i < size; i += 1) change[i] = now[i] - first[i];
  });
}

function drawWords(page, [now, change], weights, ranges, cell, step) {
  now.title.textContent = weightsTitle(weights, step);
  change.title.textContent = "What the inner loop changed";
  change.empty.textContent = changeWords(step, ranges);
  change.empty.hidden = !change.empty.textContent;
  page.cell.textContent = cell ? cellSentence(weights.tensors, cell, step) : HINT;
}

function changeWords(step, { still }) {
  if (step === 0) return "no step taken yet";
  return still ? "nothing changed" : "";
}

function weightsTitle({ label, kept }, step) {
  const last = Math.min(step, kept - 1);
  const tail = step > last ? " (its last)" : "";
  return `Weights of ${label}, after step ${last}${tail}`;
}

/** One symmetric range per map: 99 % of the cells after the last step lie inside, others saturate.
 *
 *  Ranges are round, so that colours keep their meaning while weights change a little.
 */
function weightRanges(tensors) {
  const now = [];
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

const quantile = (values, share) =>
  Float32Array.from(values).sort()[Math.floor(share * (values.length - 1))];

/** Gives a map another range: its colours at the next painting, and its scale's ends. */
function recolour(map, range) {
  if (map.range === range) return;
  map.range = range;
  const ends = map.cells.parentElement.querySelectorAll(".scale span");
  ends[0].textContent = `≤ ${formatNumber(-range)}`;
  ends[2].textContent = `≥ ${formatNumber(range)}`;
}

/** The next of 1, 1.5, 2, 3, 5, 7, 10 times a power of ten. */
function roundAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 5, 7, 10].find((size) => size * power >= value * 0.999) * power;
}

// ---------------------------------------------------------------- one cell

/** "W2[3,17] = −0.124, was −0.120" */
function cellSentence(tensors, cell, step) {
  const tensor = tensors[cell.tensor];
  const i = cellIndex(tensor, cell);
  const name = `${cellName(tensor, cell)} = ${formatNumber(tensor.now[i], 3)}`;
  return step === 0 ? name : `${name}, was ${formatNumber(tensor.first[i], 3)}`;
}
