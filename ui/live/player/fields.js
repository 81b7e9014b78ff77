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

const CORNERS = [[0, 0], [0, 1], [1, 1], [1, 0]];
const PALEST = 0.04;
const FULLEST = 0.55;
const MOST_PIXELS_PER_CELL = 3;
/** Cells along each axis while an edit is under way and frames take long. */
const COARSE = 40;
const FIELD_HINT = "Point at a field to read its class and probability.";

function readFields(data) {
  const { resolution, classColours, points, queries } = data;
  const x = decodeFloats(data.support64, 2 * points, "support points");
  const label = decodeBytes(data.supportLabel64, points, "support labels");
  return {
    resolution, classColours,
    ways: classColours.length,
    points: Array.from(label, (known, i) => [x[2 * i], x[2 * i + 1], known]),
    query: {
      x: decodeFloats(data.query64, 2 * queries, "query points"),
      label: data.queryLabel64 && decodeBytes(data.queryLabel64, queries, "query labels"),
    },
  };
}

function readFieldFit({ label, kept, winner64, certainty64, accuracy64 }, { resolution, judged }) {
  const name = judged ? "accuracy" : "support accuracy";
  const cells = kept * resolution * resolution;
  const accuracy = decodeFloats(accuracy64, kept, `accuracy of ${label}`);
  return {
    winner: decodeBytes(winner64, cells, `winners of ${label}`),
    certainty: decodeBytes(certainty64, cells, `certainties of ${label}`),
    score: { name, values: accuracy, format: (value) => formatFixed(value) },
  };
}

function openFields(page, view, theme, panels) {
  const inks = view.classColours.map((colour) => readable(colour, theme));
  const palette = classPalette(inks, theme);
  const mark = { panel: null, x: 0, y: 0 };
  view.inks = inks;
  panels.forEach(openField);
  fieldLegend(page.key, view, inks);
  return {
    tickSpace: [1.6, 1.6],
    probes: panels.map((panel) => placeProbe(panel, view, mark, page.reading)),
    what: "field",
    plotHeight: (width, plotWidth) => plotWidth,
    layout(panel) {
      layoutField(panel, view, inks);
      panel.painted = null;
    },
    renew: (panel) => (panel.painted = null),
    draw(panel, position, step) {
      if (panel.painted !== step) {
        panel.field = fieldOf(panel, view, step);
        countVotes(panel.field);
        paintField(panel, palette, theme);
        panel.painted = step;
      }
      moveCross(panel, mark.panel === panel ? mark : null);
      if (mark.panel === panel) page.reading.textContent = readingSentence(panel, view, mark);
      if (mark.panel === null) page.reading.textContent = FIELD_HINT;
    },
  };
}

function openField(panel) {
  panel.canvas = document.createElement("canvas");
  panel.canvas.dataset.testid = "field";
  panel.canvas.setAttribute("aria-hidden", "true");
  panel.chart.before(panel.canvas);
}

/** The field of one step: its cells, and room for the votes. */
function fieldOf({ fit, field }, view, step) {
  const { winner, certainty, size } = fit.cells ? fit.cells(step) : recordedCells(fit, view, step);
  const { ways } = view;
  const cells = size * size;
  const kept = field?.size === size && field.ways === ways ? field
    : { size, ways, votes: new Float32Array(ways * cells), best: new Uint8Array(cells) };
  return Object.assign(kept, { winner, certainty });
}

function recordedCells({ winner, certainty }, { resolution: size }, step) {
  const part = [step * size * size, (step + 1) * size * size];
  return { winner: winner.subarray(...part), certainty: certainty.subarray(...part), size };
}

// ---------------------------------------------------------------- points and legend

/** The query points; without classes they are dots in the text's colour. */
function drawQueries(parent, { x: points, label }, { x, y }, inks, radius) {
  for (let i = 0; i < points.length / 2; i += 1) {
    const place = [x(points[2 * i]), y(points[2 * i + 1])];
    const known = label ? label[i] : 0;
    marker(parent, "query", known, label ? inks[known] : "var(--text)", place, radius);
  }
}

function fieldLegend(list, { query }, inks) {
  inks.forEach((ink, label) => {
    marker(legendLine(list, `class ${CLASSES[label]}`, 14), "support", label, ink, [7, 7], 5);
  });
  const plain = (words, name, radius) =>
    marker(legendLine(list, words, 14), name, 0, "var(--text)", [7, 7], radius);
  plain(query.x.length ? "large: support" : "support points", "support", 5);
  if (query.x.length) plain("small: query", "query", 3);
  svg(legendLine(list, "decision boundary"), "path", { class: "boundary", d: "M0 7H30" });
  paleSample(legendLine(list, "pale: uncertain"), inks[0]);
}

function paleSample(sample, ink) {
  [FULLEST, (FULLEST + PALEST) / 2, PALEST].forEach((opacity, i) => {
    svg(sample, "rect", { x: 10 * i, y: 1, width: 10, height: 12, fill: ink, opacity });
  });
  svg(sample, "rect", { class: "border", x: 0, y: 1, width: 30, height: 12 });
}

function layoutField(panel, view, inks) {
  const { canvas, chart, clip, area, scales } = panel;
  const side = area.right - area.left;
  Object.assign(canvas.style, { left: `${area.left}px`, top: `${area.top}px` });
  Object.assign(canvas.style, { width: `${side}px`, height: `${side}px` });
  canvas.width = Math.round(side * window.devicePixelRatio);
  canvas.height = canvas.width;
  const radius = clamp(side / 45, 0.22 * area.rem, 0.36 * area.rem);
  drawQueries(clipped(chart, area, clip), view.query, scales, inks, 0.6 * radius);
  openPlaces(panel, area, radius, { name: "support", inks });
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

/** Fills `votes` by class and cell, and `best`, each cell's class with most. */
function countVotes({ size, votes, best, winner, certainty }) {
  const cells = size * size;
  votes.fill(0);
  for (let row = 0, cell = 0; row < size; row += 1) {
    for (let col = 0; col < size; col += 1, cell += 1) {
      let most = 0;
      for (let up = -1; up <= 1; up += 1) {
        const first = clamp(row + up, 0, size - 1) * size;
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

// ---------------------------------------------------------------- live fields

/** Losses and accuracies along a trace; the cells of a step are computed when they are drawn. */
function followFields({ model }, view, trace) {
  const { ways, live } = view;
  const { x, y, label } = judgesOf(view);
  const count = label.length;
  const said = trace.map((weights) => predict(model, weights, x, count));
  const right = (logits) =>
    label.filter((known, i) => largest(logits, i * ways, ways) === known).length;
  return {
    queryLoss: said.map((logits) => lossOf(model, logits, y, count)),
    score: said.map((logits) => (count ? right(logits) / count : 0)),
    cells: (step) => liveCells(model, trace[step], view, live.slow ? COARSE : view.resolution),
  };
}

/** The points that a field is judged on: query points, or support points for want of them. */
function judgesOf({ judged, query: { x, label }, support, points, ways }) {
  if (!judged) return { ...support, label: Uint8Array.from(points, ([, , known]) => known) };
  const y = new Float32Array(ways * label.length);
  label.forEach((known, i) => (y[i * ways + known] = 1));
  return { x, y, label };
}

/** The index, from 0, of the largest of `ways` numbers. */
function largest(values, start, ways) {
  let best = 0;
  for (let i = 1; i < ways; i += 1) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/** Winner and certainty of each cell, as in the recorded fields. */
function liveCells(model, weights, view, size) {
  const { ways } = view;
  const places = cellCentres(view, size);
  const logits = predict(model, weights, places, size * size);
  const [winner, certainty] = [new Uint8Array(size * size), new Uint8Array(size * size)];
  for (let cell = 0; cell < size * size; cell += 1) {
    const first = cell * ways;
    const best = largest(logits, first, ways);
    let sum = 0;
    for (let i = 0; i < ways; i += 1) sum += Math.exp(logits[first + i] - logits[first + best]);
    winner[cell] = best;
    certainty[cell] = (255 * (1 / sum - 1 / ways)) / (1 - 1 / ways);
  }
  return { winner, certainty, size };
}

/** x1 and x2 of the centres of size × size cells, row by row from below; kept on the view. */
function cellCentres(view, size) {
  const known = (view.centres ??= new Map());
  if (known.has(size)) return known.get(size);
  const centre = (range) => linearScale([-0.5, size - 0.5], range);
  const [x, y] = [centre(view.xRange), centre(view.yRange)];
  const places = new Float32Array(2 * size * size);
  for (let cell = 0; cell < size * size; cell += 1) {
    places.set([x(cell % size), y(Math.floor(cell / size))], 2 * cell);
  }
  known.set(size, places);
  return places;
}
