/* Panels with fields: which class a learner sees where, how sure it is, and the boundary between.
 *
 *   data    resolution R             cells along each axis, from the low end of both ranges
 *           classColours[]           one per class
 *           points, support64 (points × 2), supportLabel64 (points bytes)
 *           queries, query64 (queries × 2), queryLabel64 (queries bytes) | null
 *   fit     winner64, certainty64    (kept × R × R bytes): class; 0 for a guess, 255 for sure
 *           accuracy64 (kept)
 *
 * Between the cells' centres the certainty is bilinear. There the class is put to the vote: each
 * cell votes for its class, weighed by certainty and nearness, so that boundaries are smooth and
 * not stairs; the boundary is drawn where two classes have as many votes.
 */

const CLASSES = "ABCDE";
const MARKERS = [
  "M-1 0a1 1 0 1 1 2 0a1 1 0 1 1 -2 0z",
  "M-.9 -.9h1.8v1.8h-1.8z",
  "M0 -1.3L1.25 .85H-1.25z",
  "M0 -1.3L1.3 0L0 1.3L-1.3 0z",
  "M-.42 -1.25h.84v.83h.83v.84h-.83v.83h-.84v-.83h-.83v-.84h.83z",
];
const CORNERS = [[0, 0], [0, 1], [1, 1], [1, 0]];
const PALEST = 0.04;
const FULLEST = 0.55;
const MOST_PIXELS_PER_CELL = 3;
const FIELD_HINT = "Point at a field to read its class and probability.";

function readFields(data) {
  const { resolution, classColours, points, queries } = data;
  return {
    resolution, classColours,
    support: {
      x: decodeFloats(data.support64, 2 * points, "support points"),
      label: decodeBytes(data.supportLabel64, points, "support labels"),
    },
    query: {
      x: decodeFloats(data.query64, 2 * queries, "query points"),
      label: data.queryLabel64 && decodeBytes(data.queryLabel64, queries, "query labels"),
    },
  };
}

function readFieldFit({ label, kept, winner64, certainty64, accuracy64 }, { resolution }) {
  const cells = kept * resolution * resolution;
  const accuracy = decodeFloats(accuracy64, kept, `accuracy of ${label}`);
  return {
    winner: decodeBytes(winner64, cells, `winners of ${label}`),
    certainty: decodeBytes(certainty64, cells, `certainties of ${label}`),
    score: { name: "accuracy", values: accuracy, format: (value) => formatFixed(value) },
  };
}

function openFields(page, view, theme, panels) {
  const inks = view.classColours.map((colour) => readable(colour, theme));
  const palette = classPalette(inks, theme);
  const mark = { panel: null, x: 0, y: 0 };
  panels.forEach((panel) => openField(panel, view));
  fieldLegend(page.key, view, inks);
  return {
    axes: ["x1", "x2"],
    tickSpace: [1.6, 1.6],
    probes: panels.map((panel) => fieldProbe(panel, view, mark, page.reading)),
    plotHeight: (width, plotWidth) => plotWidth,
    layout(panel, area, scales) {
      layoutField(panel, view, area, scales, inks);
      panel.painted = null;
    },
    draw(panel, position, step) {
      if (panel.painted !== step) {
        countVotes(panel.field, panel.fit, step * view.resolution ** 2);
        paintField(panel, palette, theme);
        panel.painted = step;
      }
      moveCross(panel, mark.panel === panel ? mark : null);
      if (mark.panel === panel) page.reading.textContent = readingSentence(panel, view, mark);
      if (mark.panel === null) page.reading.textContent = FIELD_HINT;
    },
  };
}

function openField(panel, { resolution: size, classColours: { length: ways } }) {
  const { stage, fit, chart } = panel;
  const [votes, best] = [new Float32Array(ways * size * size), new Uint8Array(size * size)];
  panel.field = { size, ways, votes, best };
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", `Field of ${fit.label}: arrow keys read it place by place`);
  panel.canvas = document.createElement("canvas");
  panel.canvas.dataset.testid = "field";
  panel.canvas.setAttribute("aria-hidden", "true");
  chart.before(panel.canvas);
}

// ---------------------------------------------------------------- markers and legend

/** A class's marker; `radius` is that of the circle, the others cover about the same area. */
function marker(parent, name, label, ink, [x, y], radius) {
  const transform = `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${radius})`;
  const style = `--ink: ${ink}`;
  svg(parent, "path", { class: name, "data-class": label, d: MARKERS[label], transform, style });
}

/** The points of one role; without classes they are dots in the text's colour. */
function drawPoints(parent, name, { x: points, label }, { x, y }, inks, radius) {
  for (let i = 0; i < points.length / 2; i += 1) {
    const place = [x(points[2 * i]), y(points[2 * i + 1])];
    const known = label ? label[i] : 0;
    marker(parent, name, known, label ? inks[known] : "var(--text)", place, radius);
  }
}

function fieldLegend(list, { query }, inks) {
  inks.forEach((ink, label) => {
    marker(legendLine(list, `class ${CLASSES[label]}`, 14), "support", label, ink, [7, 7], 5);
  });
  const plain = (words, name, radius) =>
    marker(legendLine(list, words, 14), name, 0, "var(--text)", [7, 7], radius);
  plain("large: support", "support", 5);
  if (query.x.length > 0) plain("small: query", "query", 3);
  svg(legendLine(list, "decision boundary"), "path", { class: "boundary", d: "M0 7H30" });
  paleSample(legendLine(list, "pale: uncertain"), inks[0]);
}

function paleSample(sample, ink) {
  [FULLEST, (FULLEST + PALEST) / 2, PALEST].forEach((opacity, i) => {
    svg(sample, "rect", { x: 10 * i, y: 1, width: 10, height: 12, fill: ink, opacity });
  });
  svg(sample, "rect", { class: "border", x: 0, y: 1, width: 30, height: 12 });
}

function layoutField(panel, view, area, scales, inks) {
  const { canvas, chart, clip } = panel;
  const side = area.right - area.left;
  Object.assign(canvas.style, { left: `${area.left}px`, top: `${area.top}px` });
  Object.assign(canvas.style, { width: `${side}px`, height: `${side}px` });
  canvas.width = Math.round(side * window.devicePixelRatio);
  canvas.height = canvas.width;
  panel.scales = scales;
  const points = clipped(chart, area, clip);
  const radius = clamp(side / 45, 0.22 * area.rem, 0.36 * area.rem);
  drawPoints(points, "query", view.query, scales, inks, 0.6 * radius);
  drawPoints(points, "support", view.support, scales, inks, radius);
  panel.cross = svg(points, "g", { class: "crosshair", visibility: "hidden" });
  ["halo", "hair"].forEach((name) => {
    svg(panel.cross, "path", { class: name, d: `M-${side} 0H${side}M0 -${side}V${side}` });
  });
}

// ---------------------------------------------------------------- the field

/** RGBA words by class · 256 + certainty: the class's colour over the background. */
function classPalette(inks, { background }) {
  const palette = new Uint32Array(256 * inks.length);
  const bytes = new Uint8ClampedArray(palette.buffer);
  inks.map(parseColour).forEach((ink, label) => {
    for (let i = 0; i < 256; i += 1) {
      const part = PALEST + (FULLEST - PALEST) * (i / 255);
      bytes.set([...mix(background, ink, part), 255], 4 * (256 * label + i));
    }
  });
  return palette;
}

/** Fills `votes` by class and cell, and `best`, each cell's class with most, from one step. */
function countVotes(field, { winner, certainty }, start) {
  const { size, votes, best } = field;
  const cells = size * size;
  votes.fill(0);
  field.certainty = certainty.subarray(start, start + cells);
  for (let row = 0, cell = 0; row < size; row += 1) {
    for (let col = 0; col < size; col += 1, cell += 1) {
      let most = 0;
      for (let up = -1; up <= 1; up += 1) {
        const first = start + clamp(row + up, 0, size - 1) * size;
        for (let right = -1; right <= 1; right += 1) {
          const from = first + clamp(col + right, 0, size - 1);
          const vote = winner[from] * cells + cell;
          votes[vote] += (up ? 1 : 2) * (right ? 1 : 2) * (certainty[from] + 1);
          if (votes[vote] > most) {
            most = votes[vote];
            best[cell] = winner[from];
          }
        }
      }
    }
  }
}

/** The cell at or below a place on one axis, and the share of the way to the next cell. */
function lowerCell(place, size) {
  const cell = clamp(Math.floor(place), 0, size - 2);
  return [cell, clamp(place - cell, 0, 1)];
}

/** Class · 256 + certainty at a place; `row`, `col` count cells from the first cell's centre. */
function fieldAt({ size, ways, votes, certainty }, row, col) {
  const [low, up] = lowerCell(row, size);
  const [left, right] = lowerCell(col, size);
  const between = (table, first) => {
    const a = first + low * size + left;
    const c = a + size;
    const from = table[a] + right * (table[a + 1] - table[a]);
    return from + up * (table[c] + right * (table[c + 1] - table[c]) - from);
  };
  let most = 0;
  let highest = -1;
  for (let i = 0; i < ways; i += 1) {
    const vote = between(votes, i * size * size);
    if (vote > highest) {
      most = i;
      highest = vote;
    }
  }
  return most * 256 + Math.round(between(certainty, 0));
}

function paintField({ canvas, field }, palette, { rem, text }) {
  const context = canvas.getContext("2d");
  context.drawImage(fieldImage(field, canvas.width, palette), 0, 0, canvas.width, canvas.height);
  context.strokeStyle = cssColour(text);
  context.lineWidth = 0.09 * rem * window.devicePixelRatio;
  context.lineCap = "round";
  context.stroke(boundary(field, canvas.width / field.size));
}

/** The field with a few pixels per cell; the first row of pixels is the highest x2. */
function fieldImage(field, width, palette) {
  const { size } = field;
  const fine = clamp(Math.round(width / size), 1, MOST_PIXELS_PER_CELL);
  const side = size * fine;
  if (field.image?.width !== side) {
    field.image = new OffscreenCanvas(side, side);
    field.bits = new ImageData(side, side);
  }
  const words = new Uint32Array(field.bits.data.buffer);
  for (let v = 0; v < side; v += 1) {
    const row = size - 0.5 - (v + 0.5) / fine;
    fillRow(words.subarray(v * side, (v + 1) * side), field, row, palette);
  }
  field.image.getContext("2d").putImageData(field.bits, 0, 0);
  return field.image;
}

/** Fills a row of pixels; between four cells of one class only the certainty changes, linearly. */
function fillRow(words, field, row, palette) {
  const { size, best, certainty } = field;
  const [low, up] = lowerCell(row, size);
  const fine = words.length / size;
  for (let left = 0, u = 0; left < size - 1; left += 1) {
    const end = left === size - 2 ? words.length : Math.ceil((left + 1.5) * fine - 0.5);
    const a = low * size + left;
    const c = a + size;
    const alike = best[a] === best[a + 1] && best[a] === best[c] && best[a] === best[c + 1];
    const from = certainty[a] + up * (certainty[c] - certainty[a]);
    const slope = certainty[a + 1] + up * (certainty[c + 1] - certainty[a + 1]) - from;
    const first = best[a] * 256 + from + 0.5;
    for (let right = (u + 0.5) / fine - 0.5 - left; u < end; u += 1, right += 1 / fine) {
      const word = alike ? first + clamp(right, 0, 1) * slope : fieldAt(field, row, left + right);
      words[u] = palette[word | 0];
    }
  }
}

/** The lines between cells of different classes; beyond the border the last cells go on. */
function boundary(field, cell) {
  const { size, best } = field;
  const path = new Path2D();
  const at = (row, col) => clamp(row, 0, size - 1) * size + clamp(col, 0, size - 1);
  for (let row = -1; row < size; row += 1) {
    for (let col = -1; col < size; col += 1) {
      const [a, b, c, d] = [at(row, col), at(row, col + 1), at(row + 1, col + 1), at(row + 1, col)];
      if (best[a] === best[b] && best[a] === best[c] && best[a] === best[d]) continue;
      const place = ([up, right]) => [(col + right + 0.5) * cell, (size - row - up - 0.5) * cell];
      connect(path, crossings(field, [a, b, c, d]).map(place));
    }
  }
  return path;
}

/** Where, between neighbouring corners of different classes, both have as many votes. */
function crossings({ size, best, votes }, corners) {
  const lead = (cell, other) =>
    votes[best[cell] * size * size + cell] - votes[best[other] * size * size + cell];
  return corners.flatMap((here, i) => {
    const next = (i + 1) % corners.length;
    const there = corners[next];
    if (best[here] === best[there]) return [];
    const [from, to] = [lead(here, there), lead(there, here)];
    return [mix(CORNERS[i], CORNERS[next], from + to > 0 ? from / (from + to) : 0.5)];
  });
}

/** Two crossings make a line; where three or four meet, each is joined to their middle. */
function connect(path, points) {
  const [ends, hub] = points.length === 2 ? [[points[0]], points[1]] : [points, middleOf(points)];
  ends.forEach((end) => {
    path.moveTo(...end);
    path.lineTo(...hub);
  });
}

const middleOf = (points) =>
  [0, 1].map((i) => points.reduce((sum, point) => sum + point[i], 0) / points.length);

// ---------------------------------------------------------------- reading a place

function fieldProbe(panel, view, mark, line) {
  const { xRange, yRange, resolution } = view;
  const stride = (2 * (xRange[1] - xRange[0])) / resolution;
  const ends = { Home: 0, End: 1 };
  const middle = () => ({ x: (xRange[0] + xRange[1]) / 2, y: (yRange[0] + yRange[1]) / 2 });
  return {
    host: panel.stage,
    line,
    mark: (place) => Object.assign(mark, place ? { panel, ...place } : { panel: null }),
    first: middle,
    under: (event) => placeUnder(event, panel.canvas, view),
    next(key) {
      if (mark.panel !== panel) return middle();
      if (key in ends) return { x: xRange[ends[key]], y: yRange[ends[key]] };
      const [down, along] = STRIDES[key];
      return {
        x: clamp(mark.x + along * stride, ...xRange),
        y: clamp(mark.y - down * stride, ...yRange),
      };
    },
  };
}

/** The place below the pointer, or null beside the field. */
function placeUnder(event, canvas, { xRange, yRange }) {
  const box = canvas.getBoundingClientRect();
  const right = (event.clientX - box.left) / box.width;
  const up = (box.bottom - event.clientY) / box.height;
  if (Math.min(right, up) < 0 || Math.max(right, up) > 1) return null;
  return { x: linearScale([0, 1], xRange)(right), y: linearScale([0, 1], yRange)(up) };
}

function moveCross({ cross, scales }, place) {
  cross.setAttribute("visibility", place ? "visible" : "hidden");
  if (!place) return;
  cross.setAttribute("transform", `translate(${scales.x(place.x)} ${scales.y(place.y)})`);
}

/** "MAML at x1 = 0.40, x2 = −1.20: class B, probability 0.93". */
function readingSentence({ fit, field }, { xRange, yRange }, { x, y }) {
  const cells = (value, range) => linearScale(range, [-0.5, field.size - 0.5])(value);
  const word = fieldAt(field, cells(y, yRange), cells(x, xRange));
  const guess = 1 / field.ways;
  const probability = guess + (1 - guess) * ((word & 255) / 255);
  const where = `x1 = ${formatFixed(x)}, x2 = ${formatFixed(y)}`;
  const what = `class ${CLASSES[word >> 8]}, probability ${formatFixed(probability)}`;
  return `${fit.label} at ${where}: ${what}`;
}
