/* Panels with fields: which class a learner sees where, how sure it is, and the boundary between.
 *
 *   data    resolution R             cells along each axis, from the low end of both ranges
 *           classColours[]           one per class
 *           points, support64 (points × 2), supportLabel64 (points bytes)
 *           queries, query64 (queries × 2), queryLabel64 (queries bytes) | null
 *   fit     winner64, certainty64    (kept × R × R bytes): class; 0 for a guess, 255 for sure
 *           accuracy64 (kept)
 *
 * parts/field_painting.js paints them.
 */

import { lossOf, predict } from "../model/network.js";
import { decodeBytes, decodeFloats } from "../parts/bytes.js";
import { CLASSES, marker } from "../parts/class_marks.js";
import { readable } from "../parts/colours.js";
import { legendLine, svg } from "../parts/drawing.js";
import {
  FULLEST, PALEST, classPalette, countVotes, fieldAt, paintField,
} from "../parts/field_painting.js";
import { clamp, linearScale } from "../parts/scales.js";
import { formatFixed } from "../parts/words.js";
import { clipped } from "./charts.js";
import { moveCross, openPlaces, placeProbe } from "./places.js";

/** @import { Model, Numbers, Support, Weights } from "../model/types.js" */
/** @import { Field, Point, Range, Scale, Theme } from "../parts/types.js" */
/** @import { FieldCells, FieldFit, FieldFitData, FieldFitPart, FieldPanel } from "./types.js" */
/** @import { FieldsData, FieldsPart, FieldsView, Followed, Mark, Page } from "./types.js" */
/** @import { PanelContent, Place } from "./types.js" */

/** Cells along each axis while an edit is under way and frames take long. */
const COARSE = 40;
const FIELD_HINT = "Point at a field to read its class and probability.";

/** @type {(data: FieldsData) => FieldsPart} */
export function readFields(data) {
  const { resolution, classColours, points, queries, queryLabel64 } = data;
  const x = decodeFloats(data.support64, 2 * points, "support points");
  const label = decodeBytes(data.supportLabel64, points, "support labels");
  return {
    resolution, classColours,
    ways: classColours.length,
    points: Array.from(label, (known, i) => [x[2 * i], x[2 * i + 1], known]),
    query: {
      x: decodeFloats(data.query64, 2 * queries, "query points"),
      label: queryLabel64 ? decodeBytes(queryLabel64, queries, "query labels") : null,
    },
  };
}

/** @type {(fit: FieldFitData, data: FieldsData) => FieldFitPart} */
export function readFieldFit(fit, { resolution, judged }) {
  const { label, kept, winner64, certainty64, accuracy64 } = fit;
  const name = judged ? "accuracy" : "support accuracy";
  const cells = kept * resolution * resolution;
  const accuracy = decodeFloats(accuracy64, kept, `accuracy of ${label}`);
  return {
    winner: decodeBytes(winner64, cells, `winners of ${label}`),
    certainty: decodeBytes(certainty64, cells, `certainties of ${label}`),
    score: { name, values: accuracy, format: (value) => formatFixed(value) },
  };
}

/**
 * @type {(page: Page, view: FieldsView, theme: Theme, panels: FieldPanel[]) =>
 *   PanelContent<FieldPanel>}
 */
export function openFields(page, view, theme, panels) {
  const inks = view.classColours.map((colour) => readable(colour, theme));
  const palette = classPalette(inks, theme);
  /** @type {Mark} */
  const mark = { panel: null, x: 0, y: 0 };
  view.inks = inks;
  panels.forEach(openField);
  fieldLegend(page.key, view, inks);
  return {
    tickSpace: [1.6, 1.6],
    probes: panels.map((panel) => placeProbe(panel, view, mark, page.reading)),
    what: "field",
    plotHeight: (_, plotWidth) => plotWidth,
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

/** @type {(panel: FieldPanel) => void} */
function openField(panel) {
  panel.canvas = document.createElement("canvas");
  panel.canvas.dataset.testid = "field";
  panel.canvas.setAttribute("aria-hidden", "true");
  panel.chart.before(panel.canvas);
}

/** The field of one step: its cells, and room for the votes.
 *
 * @type {(panel: FieldPanel, view: FieldsView, step: number) => Field}
 */
function fieldOf({ fit, field }, view, step) {
  const { winner, certainty, size } = fit.cells ? fit.cells(step) : recordedCells(fit, view, step);
  const { ways } = view;
  const cells = size * size;
  const kept = field?.size === size && field.ways === ways ? field
    : { size, ways, votes: new Float32Array(ways * cells), best: new Uint8Array(cells) };
  return Object.assign(kept, { winner, certainty });
}

/** @type {(fit: FieldFit, view: FieldsView, step: number) => FieldCells} */
function recordedCells({ winner, certainty }, { resolution: size }, step) {
  /** @type {Range} */
  const part = [step * size * size, (step + 1) * size * size];
  return { winner: winner.subarray(...part), certainty: certainty.subarray(...part), size };
}

// ---------------------------------------------------------------- points and legend

/** The query points; without classes they are dots in the text's colour.
 *
 * @type {(parent: Element, query: FieldsView["query"], scales: FieldPanel["scales"],
 *   inks: string[], radius: number) => void}
 */
function drawQueries(parent, { x: points, label }, { x, y }, inks, radius) {
  for (let i = 0; i < points.length / 2; i += 1) {
    /** @type {Point} */
    const place = [x(points[2 * i]), y(points[2 * i + 1])];
    const known = label ? label[i] : 0;
    marker(parent, "query", known, label ? inks[known] : "var(--text)", place, radius);
  }
}

/** @type {(list: Element, view: FieldsView, inks: string[]) => void} */
function fieldLegend(list, { query }, inks) {
  inks.forEach((ink, label) => {
    marker(legendLine(list, `class ${CLASSES[label]}`, 14), "support", label, ink, [7, 7], 5);
  });
  /** @type {(words: string, name: string, radius: number) => void} */
  const plain = (words, name, radius) =>
    marker(legendLine(list, words, 14), name, 0, "var(--text)", [7, 7], radius);
  plain(query.x.length ? "large: support" : "support points", "support", 5);
  if (query.x.length) plain("small: query", "query", 3);
  svg(legendLine(list, "decision boundary"), "path", { class: "boundary", d: "M0 7H30" });
  paleSample(legendLine(list, "pale: uncertain"), inks[0]);
}

/** @type {(sample: Element, ink: string) => void} */
function paleSample(sample, ink) {
  [FULLEST, (FULLEST + PALEST) / 2, PALEST].forEach((opacity, i) => {
    svg(sample, "rect", { x: 10 * i, y: 1, width: 10, height: 12, fill: ink, opacity });
  });
  svg(sample, "rect", { class: "border", x: 0, y: 1, width: 30, height: 12 });
}

/** @type {(panel: FieldPanel, view: FieldsView, inks: string[]) => void} */
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

// ---------------------------------------------------------------- reading a place

/** "MAML at x1 = 0.40, x2 = −1.20: class B, probability 0.93".
 *
 * @type {(panel: FieldPanel, view: FieldsView, place: Place) => string}
 */
function readingSentence({ fit, field }, { xRange, yRange }, { x, y }) {
  /** @type {(value: number, range: Range) => number} */
  const cells = (value, range) => linearScale(range, [-0.5, field.size - 0.5])(value);
  const word = fieldAt(field, cells(y, yRange), cells(x, xRange));
  const guess = 1 / field.ways;
  const probability = guess + (1 - guess) * ((word & 255) / 255);
  const where = `x1 = ${formatFixed(x)}, x2 = ${formatFixed(y)}`;
  const what = `class ${CLASSES[word >> 8]}, probability ${formatFixed(probability)}`;
  return `${fit.label} at ${where}: ${what}`;
}

// ---------------------------------------------------------------- live fields

/** Losses and accuracies along a trace; the cells of a step are computed when they are drawn.
 *
 * @type {(fit: FieldFit & { model: Model }, view: FieldsView, trace: Weights[]) =>
 *   Followed & Pick<FieldFit, "cells">}
 */
export function followFields({ model }, view, trace) {
  const { ways, live } = view;
  const resolution = live?.only ? COARSE : view.resolution;
  const { x, y, label } = judgesOf(view);
  const count = label.length;
  const said = trace.map((weights) => predict(model, weights, x, count));
  /** @type {(logits: Numbers) => number} */
  const right = (logits) =>
    label.filter((known, i) => largest(logits, i * ways, ways) === known).length;
  return {
    queryLoss: said.map((logits) => lossOf(model, logits, y, count)),
    score: said.map((logits) => (count ? right(logits) / count : 0)),
    cells: (step) => liveCells(model, trace[step], view, resolution),
  };
}

/** The points that a field is judged on: query points, or support points for want of them.
 *
 * @type {(view: FieldsView) => { x: Numbers, y: Numbers, label: Uint8Array }}
 */
function judgesOf({ judged, query: { x, label }, support, points, ways }) {
  if (!judged || !label) {
    const given = /** @type {Support} */ (support);
    return { ...given, label: Uint8Array.from(points, ([, , known = 0]) => known) };
  }
  const y = new Float32Array(ways * label.length);
  label.forEach((known, i) => (y[i * ways + known] = 1));
  return { x, y, label };
}

/** The index, from 0, of the largest of `ways` numbers.
 *
 * @type {(values: Numbers, start: number, ways: number) => number}
 */
function largest(values, start, ways) {
  let best = 0;
  for (let i = 1; i < ways; i += 1) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/** Winner and certainty of each cell, as in the recorded fields.
 *
 * @type {(model: Model, weights: Weights, view: FieldsView, size: number) => FieldCells}
 */
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

/** x1 and x2 of the centres of size × size cells, row by row from below; kept on the view.
 *
 * @type {(view: FieldsView, size: number) => Float32Array}
 */
function cellCentres(view, size) {
  const known = (view.centres ??= new Map());
  const kept = known.get(size);
  if (kept) return kept;
  /** @type {(range: Range) => Scale} */
  const centre = (range) => linearScale([-0.5, size - 0.5], range);
  const [x, y] = [centre(view.xRange), centre(view.yRange)];
  const places = new Float32Array(2 * size * size);
  for (let cell = 0; cell < size * size; cell += 1) {
    places.set([x(cell % size), y(Math.floor(cell / size))], 2 * cell);
  }
  known.set(size, places);
  return places;
}
