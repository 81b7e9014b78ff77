/* Elements, lines, axes and legends: what every chart is drawn with, whatever it shows. */

/** @import { Area, Attributes, Axes, Margins, Numbers, Theme } from "./types.js" */

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element with attributes, put into `parent`.
 *
 * @type {<K extends keyof SVGElementTagNameMap>(parent: Element, tag: K, attributes?: Attributes,
 *   text?: string) => SVGElementTagNameMap[K]}
 */
export function svg(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, String(value)));
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** A new HTML element with attributes, put into `parent`.
 *
 * @type {<K extends keyof HTMLElementTagNameMap>(parent: Element, tag: K, attributes?: Attributes,
 *   text?: string) => HTMLElementTagNameMap[K]}
 */
export function html(parent, tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, String(value)));
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** A legend's next line: words after a sample `width` units wide and 14 high, which is returned.
 *
 * @type {(list: Element, words: string, width?: number) => SVGSVGElement}
 */
export function legendLine(list, words, width = 30) {
  const item = html(list, "li");
  const sample = svg(item, "svg", { viewBox: `0 0 ${width} 14`, "aria-hidden": "true" });
  if (width === 14) sample.classList.add("small");
  html(item, "span", {}, words);
  return sample;
}

/** The `d` of a path through the points (xs[i], ys[i]), in pixels.
 *
 * @type {(xs: Numbers, ys: Numbers) => string}
 */
export function polyline(xs, ys) {
  let path = "";
  for (let i = 0; i < xs.length; i += 1) {
    path += `${i ? "L" : "M"}${xs[i].toFixed(2)} ${ys[i].toFixed(2)}`;
  }
  return path;
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** The width in pixels of a small text in the theme's font.
 *
 * @type {(text: string, theme: Theme) => number}
 */
export function textWidth(text, { rem, font }) {
  ruler ??= /** @type {CanvasRenderingContext2D} */ (
    document.createElement("canvas").getContext("2d"));
  ruler.font = `${0.875 * rem}px ${font}`;
  return ruler.measureText(text).width;
}

/** The pixels of a chart's plot area, and one rem: texts are sized in rem, so margins are too.
 *
 * @type {(width: number, height: number, rem: number, margins: Margins) => Area}
 */
export function plotArea(width, height, rem, margins) {
  return {
    left: margins.left * rem,
    right: width - margins.right * rem,
    top: margins.top * rem,
    bottom: height - margins.bottom * rem,
    rem,
  };
}

/** Both axes with ticks, grid lines and names. `ticks` are [[value, text]…] for x and y.
 *
 * @type {(parent: Element, area: Area, axes: Axes) => void}
 */
export function drawAxes(parent, area, { x, y, xTicks, yTicks, xName, yName }) {
  const { left, right, top, bottom, rem } = area;
  const axes = svg(parent, "g", { class: "axes" });
  yTicks.forEach(([value, text]) => {
    svg(axes, "line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) });
    const place = { x: left - 0.35 * rem, y: y(value) + 0.26 * rem, "text-anchor": "end" };
    svg(axes, "text", place, text);
  });
  xTicks.forEach(([value, text]) => {
    svg(axes, "line", { class: "tick", x1: x(value), x2: x(value), y1: bottom, y2: bottom + 4 });
    const place = { x: x(value), y: bottom + 1.05 * rem, "text-anchor": "middle" };
    svg(axes, "text", place, text);
  });
  svg(axes, "line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom });
  svg(axes, "line", { class: "axis", x1: left, x2: left, y1: top, y2: bottom });
  const middle = { x: (left + right) / 2, y: bottom + 2.1 * rem, "text-anchor": "middle" };
  svg(axes, "text", { ...middle, class: "name" }, xName);
  svg(axes, "text", { x: 0, y: top - 0.55 * rem, class: "name" }, yName);
}
