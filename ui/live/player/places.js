/* Places in the inner-loop player's panels: the support points, and the place that is read. */

import { MARKERS, markerPlace } from "../parts/class_marks.js";
import { svg } from "../parts/drawing.js";
import { STRIDES } from "../parts/keys.js";
import { clamp, linearScale } from "../parts/scales.js";
import { clipped } from "./charts.js";

/** @import { Area, Margins, Range } from "../parts/types.js" */
/** @import { Mark, Panel, Place, PlacedPoint, PlaceProbe, Plot, Pointed } from "./types.js" */
/** @import { Ranges } from "./types.js" */

/** Cells of the grid that the arrow keys walk on, along each axis. */
const STRIDES_PER_AXIS = 30;

// ---------------------------------------------------------------- support points

/** Layers for the points and the crosshair; a point on the border is drawn whole.
 *
 * @type {(panel: Panel, area: Area, radius: number, look: { name: string, inks?: string[] }) =>
 *   void}
 */
export function openPlaces(panel, area, radius, { name, inks }) {
  const { chart, clip } = panel;
  const { left, right, top, bottom } = area;
  const [width, height] = [right - left, bottom - top];
  panel.points = clipped(chart, around(area, radius), `${clip}-points`);
  panel.ring = svg(chart, "circle", { class: "ring", r: 1.8 * radius, visibility: "hidden" });
  panel.cross = svg(clipped(chart, area, `${clip}-cross`), "g", { class: "crosshair" });
  ["halo", "hair"].forEach((part) => {
    svg(panel.cross, "path", { class: part, d: `M-${width} 0H${width}M0 -${height}V${height}` });
  });
  Object.assign(panel, { radius, pointName: name, inks });
  const sizes = { left, top, width, height };
  Object.entries(sizes).forEach(([side, size]) =>
    panel.plane.style.setProperty(side, `${size}px`));
}

/** A plot's area with room for markers on its border.
 *
 * @type {(area: Margins, radius: number) => Margins}
 */
export const around = ({ left, right, top, bottom }, radius) =>
  ({ left: left - radius, right: right + radius, top: top - radius, bottom: bottom + radius });

/** Markers of so many points still leave the picture visible; of more they are smaller. */
const SPARSE = 40;
/** @type {(radius: number, count: number) => number} */
export const crowdedRadius = (radius, count) =>
  radius * Math.max(0.4, Math.sqrt(Math.min(1, SPARSE / Math.max(count, 1))));

/** Brings the markers of a panel in line with the points, and the ring with the marked one.
 *
 * @type {(panel: Panel, points: PlacedPoint[], marked: number | null) => void}
 */
export function showPoints(panel, points, marked) {
  const { points: layer, scales, pointName, inks } = panel;
  const radius = crowdedRadius(panel.radius, points.length);
  while (layer.childElementCount > points.length) layer.lastElementChild?.remove();
  points.forEach(([x, y, label = 0], i) => {
    const role = { class: pointName, "data-role": "support" };
    const shape = /** @type {SVGPathElement} */ (layer.children[i] ?? svg(layer, "path", role));
    if (shape.dataset.class !== String(label)) {
      shape.dataset.class = String(label);
      shape.setAttribute("d", MARKERS[label]);
      if (inks) shape.style.setProperty("--ink", inks[label]);
    }
    shape.setAttribute("transform", markerPlace(scales.x(x), scales.y(y), radius));
  });
  const point = marked === null ? null : points[marked];
  panel.ring.setAttribute("visibility", point ? "visible" : "hidden");
  if (!point) return;
  panel.ring.setAttribute("cx", scales.x(point[0]).toFixed(2));
  panel.ring.setAttribute("cy", scales.y(point[1]).toFixed(2));
}

// ---------------------------------------------------------------- reading a place

/** What a visitor can point at in a panel: `mark` holds the panel and the place, of all panels.
 *
 * @type {(panel: Panel, ranges: Ranges, mark: Mark, line: HTMLElement) => PlaceProbe}
 */
export function placeProbe(panel, { xRange, yRange }, mark, line) {
  /** @type {Record<string, 0 | 1>} */
  const ends = { Home: 0, End: 1 };
  /** @type {(range: Range) => number} */
  const stride = ([low, high]) => (high - low) / STRIDES_PER_AXIS;
  const middle = () => ({ x: (xRange[0] + xRange[1]) / 2, y: (yRange[0] + yRange[1]) / 2 });
  return {
    host: panel.stage,
    line,
    panel,
    place: () => (mark.panel === panel ? { x: mark.x, y: mark.y } : middle()),
    mark: (place) => Object.assign(mark, place ? { panel, ...place } : { panel: null }),
    first: middle,
    under: (event) => placeUnder(event, panel),
    next(key) {
      if (mark.panel !== panel) return middle();
      if (key in ends) return { x: xRange[ends[key]], y: yRange[ends[key]] };
      const [down, along] = STRIDES[key];
      return {
        x: clamp(mark.x + along * stride(xRange), ...xRange),
        y: clamp(mark.y - down * stride(yRange), ...yRange),
      };
    },
  };
}

/** The place below the pointer, or null beside the plot.
 *
 * @type {(event: Pointed, panel: Plot) => Place | null}
 */
export function placeUnder(event, panel) {
  const place = placeAt(event, panel);
  const [[left, right], [low, high]] = panel.ranges;
  return place.x < left || place.x > right || place.y < low || place.y > high ? null : place;
}

/** The place below the pointer, wherever it is.
 *
 * @type {(event: Pointed, panel: Plot) => Place}
 */
export function placeAt({ clientX, clientY }, { chart, area, ranges: [xRange, yRange] }) {
  const { left, right, top, bottom } = area;
  const box = chart.getBoundingClientRect();
  return {
    x: linearScale([left, right], xRange)(clientX - box.left),
    y: linearScale([bottom, top], yRange)(clientY - box.top),
  };
}

/** Moves the crosshair to the place that is read, or takes it away.
 *
 * @type {(panel: Pick<Panel, "cross" | "scales">, place: Place | null) => void}
 */
export function moveCross({ cross, scales }, place) {
  cross.setAttribute("visibility", place ? "visible" : "hidden");
  if (!place) return;
  cross.setAttribute("transform", `translate(${scales.x(place.x)} ${scales.y(place.y)})`);
}
