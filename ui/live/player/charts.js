/* What the player's charts begin with. */

import { svg } from "../parts/drawing.js";

/** @import { Area, Margins, Theme } from "../parts/types.js" */

/** Whether the pictures stand beside each other, so that they have to be less tall (player.css).
 *
 * @type {(player: HTMLElement, theme: Theme) => boolean}
 */
export const isWide = (player, { rem }) => player.clientWidth >= 56 * rem;

/** Empties a chart and sets its size; the plot's pixel ranges stay readable on the element.
 *
 * @type {(chart: SVGSVGElement, width: number, height: number, area: Area) => void}
 */
export function startChart(chart, width, height, { left, right, top, bottom }) {
  chart.replaceChildren();
  chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
  chart.style.height = `${height}px`;
  chart.dataset.plotX = `${left} ${right}`;
  chart.dataset.plotY = `${bottom} ${top}`;
}

/** A group whose content ends at the plot's borders.
 *
 * @type {(chart: Element, area: Margins, id: string) => SVGGElement}
 */
export function clipped(chart, { left, right, top, bottom }, id) {
  const clip = svg(svg(chart, "defs"), "clipPath", { id });
  svg(clip, "rect", { x: left, y: top, width: right - left, height: bottom - top });
  return svg(chart, "g", { "clip-path": `url(#${id})` });
}
