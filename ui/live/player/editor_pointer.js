/* Editing the support points with a pointer: mouse, pen or finger. */

import { paintOn, startStroke } from "./editor_paint.js";
import { placeAt } from "./places.js";

/** @import { On } from "../parts/types.js" */
/** @import { Desk, EditedMemory, Editor, Memory, Panel, PlacedPoint } from "./types.js" */
/** @import { PointDrag } from "./types.js" */

/** A point is taken hold of from so many pixels away.
 *
 * @type {Record<string, number>}
 */
const REACH = { mouse: 12, pen: 16, touch: 22 };
/** A press that moves less than so many pixels is no drag. */
const STILL = 3;
const DOUBLE_MS = 350;

/** The drag lives in `memory`; the row of panels captures the pointer.
 *
 * @type {(on: On, page: { fits: HTMLElement }, panels: Panel[], editor: Editor,
 *   memory: EditedMemory, desk: Desk) => void}
 */
export function listenToDrags(on, page, panels, editor, memory, desk) {
  /** @type {(event: Event) => Panel | undefined} */
  const panelUnder = ({ target }) => panels.find(({ plane }) => plane === target);
  /** @type {(event: PointerEvent) => void} */
  const drop = (event) => {
    const { drag } = memory;
    if (drag?.pointer !== event.pointerId) return;
    memory.drag = null;
    if (!drag.moved && drag.twice) editor.remove(drag.index);
    memory.press = drag.moved || drag.twice ? null : { index: drag.index, at: event.timeStamp };
    desk.finish();
  };
  /** A finger beside all points scrolls the page, unless the tools for points are shown. */
  on(page.fits, "touchstart", (event) => {
    const panel = panelUnder(event);
    const { clientX, clientY } = event.touches[0];
    const finger = { clientX, clientY, pointerType: "touch" };
    const takes = panel && (memory.tools || nearestPoint(panel, editor.here(), finger) !== null);
    if (takes) event.preventDefault();
  });
  on(page.fits, "pointerdown", (event) => {
    const panel = panelUnder(event);
    if (!panel || event.button !== 0 || memory.drag) return;
    const index = nearestPoint(panel, editor.here(), event);
    if (index === null && event.pointerType === "touch" && !memory.tools) return;
    memory.byKeys = false;
    desk.stopReading();
    if (memory.removing) {
      if (index !== null) editor.remove(index);
      return desk.finish();
    }
    desk.begin();
    if (memory.painting) {
      memory.drag = startStroke(panel, editor, event);
      return page.fits.setPointerCapture(event.pointerId);
    }
    if (index === null && !editor.add(placeAt(event, panel))) return desk.finish();
    memory.drag = startDrag(panel, editor, index, memory.press, event);
    page.fits.setPointerCapture(event.pointerId);
    if (index !== null) editor.mark(index);
  });
  on(page.fits, "pointermove", (event) => {
    const { drag } = memory;
    if (!drag) return showReach(panelUnder(event), editor.here(), memory, event);
    if (drag.pointer !== event.pointerId) return;
    if (drag.paints) return paintOn(drag, editor, event);
    drag.moved ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) >= STILL;
    if (!drag.moved) return;
    const place = placeAt(event, drag.panel);
    editor.move(drag.index, { x: place.x - drag.offset.x, y: place.y - drag.offset.y });
  });
  on(page.fits, "pointerup", drop);
  on(page.fits, "pointercancel", drop);
  on(page.fits, "lostpointercapture", drop);
  on(page.fits, "contextmenu", (event) => {
    const panel = panelUnder(event);
    if (!panel) return;
    event.preventDefault();
    const index = nearestPoint(panel, editor.here(), event);
    if (memory.drag || event.pointerType === "touch" || index === null) return;
    memory.byKeys = false;
    editor.remove(index);
    desk.finish();
  });
}

/**
 * @type {(panel: Panel, editor: Editor, found: number | null, press: Memory["press"],
 *   event: PointerEvent) => PointDrag}
 */
function startDrag(panel, editor, found, press, event) {
  const index = found ?? editor.here().length - 1;
  const [x, y] = editor.here()[index];
  const place = placeAt(event, panel);
  const twice = found !== null && press?.index === found && event.timeStamp - press.at < DOUBLE_MS;
  return {
    panel, index, twice, moved: false, pointer: event.pointerId, x: event.clientX, y: event.clientY,
    offset: found === null ? { x: 0, y: 0 } : { x: place.x - x, y: place.y - y },
  };
}

/** The point that the pointer is on, or null; a finger reaches farther.
 *
 * @type {(panel: Pick<Panel, "chart" | "scales">, points: PlacedPoint[],
 *   event: Pick<PointerEvent, "clientX" | "clientY" | "pointerType">) => number | null}
 */
export function nearestPoint({ chart, scales }, points, { clientX, clientY, pointerType }) {
  const box = chart.getBoundingClientRect();
  /** @type {number | null} */
  let nearest = null;
  let least = REACH[pointerType] ?? REACH.mouse;
  points.forEach(([x, y], i) => {
    const distance = Math.hypot(scales.x(x) + box.left - clientX, scales.y(y) + box.top - clientY);
    if (distance <= least) [nearest, least] = [i, distance];
  });
  return nearest;
}

/** The cursor says whether a press would take hold of a point.
 *
 * @type {(panel: Panel | undefined, points: PlacedPoint[],
 *   modes: Pick<Memory, "removing" | "painting">, event: PointerEvent) => void}
 */
function showReach(panel, points, { removing, painting }, event) {
  if (!panel) return;
  const beside = removing ? "default" : "crosshair";
  const on = removing ? "pointer" : painting ? "crosshair" : "grab";
  panel.plane.style.cursor = nearestPoint(panel, points, event) === null ? beside : on;
}
