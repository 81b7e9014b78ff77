/* Painting: while that mode is on, a held pointer leaves support points behind on its way.
 *
 * A stroke is a drag (editor_pointer.js); `x` and `y` are the pixels up to which it is painted.
 */

import { placeAt, placeUnder } from "./places.js";

/** @import { Editor, Panel, Pointed, Stroke } from "./types.js" */

/** So many pixels lie between the points of a stroke, however fast the pointer moves. */
const PAINT_PX = 16;

/** The first point of a stroke is where the pointer is pressed.
 *
 * @type {(panel: Panel, editor: Editor, event: PointerEvent) => Stroke}
 */
export function startStroke(panel, editor, event) {
  const { pointerId: pointer, clientX: x, clientY: y } = event;
  editor.paint(placeAt(event, panel), false);
  return { panel, pointer, x, y, moved: true, paints: true };
}

/** Paints up to the pointer; no points beside the plot.
 *
 * @type {(stroke: Stroke, editor: Editor, event: Pointed) => void}
 */
export function paintOn(stroke, editor, { clientX, clientY }) {
  const [wide, high] = [clientX - stroke.x, clientY - stroke.y];
  const far = Math.hypot(wide, high);
  for (let way = PAINT_PX; way <= far; way += PAINT_PX) {
    stroke.x += (PAINT_PX * wide) / far;
    stroke.y += (PAINT_PX * high) / far;
    const place = placeUnder({ clientX: stroke.x, clientY: stroke.y }, stroke.panel);
    if (place) editor.paint(place, true);
  }
}
