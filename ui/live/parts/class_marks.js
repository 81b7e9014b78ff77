/* Classes as letters and as markers, each with a shape of its own. */

import { svg } from "./drawing.js";

export const CLASSES = "ABCDE";
export const MARKERS = [
  "M-1 0a1 1 0 1 1 2 0a1 1 0 1 1 -2 0z",
  "M-.9 -.9h1.8v1.8h-1.8z",
  "M0 -1.3L1.25 .85H-1.25z",
  "M0 -1.3L1.3 0L0 1.3L-1.3 0z",
  "M-.42 -1.25h.84v.83h.83v.84h-.83v.83h-.84v-.83h-.83v-.84h.83z",
];

/** A class's marker; `radius` is that of the circle, the others cover about the same area. */
export function marker(parent, name, label, ink, [x, y], radius) {
  const transform = markerPlace(x, y, radius);
  const style = `--ink: ${ink}`;
  svg(parent, "path", { class: name, "data-class": label, d: MARKERS[label], transform, style });
}

export const markerPlace = (x, y, radius) =>
  `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${radius})`;
