/* Shared by the live pictures; prepended to the text of each component.
 *
 * Base64 → arrays, numbers → words, values → pixels, values → colours.
 * Nothing here knows what a learner is.
 */

// ---------------------------------------------------------------- data

/** Bytes from base64 text. Throws where there are not `count` numbers of `width` bytes. */
function decodeBytes(text, count, name, width = 1) {
  const letters = atob(text);
  if (letters.length !== width * count) {
    throw new Error(`${name} must hold ${count} numbers, got ${letters.length / width}`);
  }
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Little-endian float32 numbers from base64 text. Throws where the count is not as promised. */
function decodeFloats(text, count, name) {
  const view = new DataView(decodeBytes(text, count, name, 4).buffer);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 1) numbers[i] = view.getFloat32(4 * i, true);
  return numbers;
}

/** Row `position` of a table with `size` numbers a row; between two rows, their mixture. */
function rowAt(table, size, position, out) {
  const row = Math.floor(position);
  const part = position - row;
  const here = row * size;
  const next = part > 0 ? here + size : here;
  for (let i = 0; i < size; i += 1) {
    out[i] = table[here + i] + part * (table[next + i] - table[here + i]);
  }
  return out;
}

/** The way of each arrow key: [rows down, columns to the right]. */
const STRIDES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// ---------------------------------------------------------------- words

const MINUS = "\u2212";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const superscript = (whole) =>
  (whole < 0 ? "⁻" : "") + [...String(Math.abs(whole))].map((d) => SUPERSCRIPTS[d]).join("");

/** A number to `digits` significant digits: 0.012, 14, −3.1·10⁻⁵. */
function formatNumber(value, digits = 2) {
  if (value === 0) return "0";
  const [mantissa, tail] = Math.abs(value).toExponential(digits - 1).split("e");
  const exponent = Number(tail);
  const sign = value < 0 ? MINUS : "";
  if (exponent < -3 || exponent > 3) return `${sign}${mantissa}·10${superscript(exponent)}`;
  const rounded = Number(`${mantissa}e${exponent}`);
  return sign + rounded.toFixed(Math.max(0, digits - 1 - exponent));
}

/** A number with `digits` decimals: 0.98, −1.50. */
function formatFixed(value, digits = 2) {
  const size = Math.abs(value).toFixed(digits);
  return value < 0 && Number(size) > 0 ? MINUS + size : size;
}

/** An axis number without needless zeros: −4, 0.5, 10⁻⁴. */
function formatTick(value) {
  const exponent = Math.round(Math.log10(Math.abs(value) || 1));
  const isPower = value > 0 && Math.abs(value / 10 ** exponent - 1) < 1e-6;
  if (isPower && (exponent < -3 || exponent > 3)) return `10${superscript(exponent)}`;
  if (value !== 0 && Math.abs(value) < 1e-3) return formatNumber(value, 1);
  return String(Number(value.toPrecision(6))).replace("-", MINUS);
}

// ---------------------------------------------------------------- pixels

/** A map from the numbers from..to to the pixels start..end. */
function linearScale([from, to], [start, end]) {
  const factor = (end - start) / (to - from || 1);
  return (value) => start + (value - from) * factor;
}

/** Round numbers in low..high: as many as fit into `count`, at least three. */
function linearTicks([low, high], count) {
  const most = Math.max(3, Math.floor(count));
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const first = (step) => Math.ceil(low / step - 1e-9);
  const last = (step) => Math.floor(high / step + 1e-9);
  const steps = [1, 2, 5, 10, 20, 50].map((size) => size * power);
  const step = steps.find((size) => last(size) - first(size) < most);
  return Array.from({ length: last(step) - first(step) + 1 }, (_, i) => (first(step) + i) * step);
}

/** Powers of ten in low..high; 1, 2, 5 within a decade where there are fewer than two powers. */
function logTicks([low, high], count) {
  const inside = (values) => values.filter((v) => v >= low * 0.999 && v <= high * 1.001);
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = inside(exponents.map((e) => 10 ** e));
  if (powers.length < 2) return inside(exponents.flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e)));
  const every = Math.ceil(powers.length / count);
  return powers.filter((_, i) => i % every === 0);
}

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element with attributes, put into `parent`. */
function svg(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** A new HTML element with attributes, put into `parent`. */
function html(parent, tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

/** A legend's next line: words after a sample `width` units wide and 14 high, which is returned. */
function legendLine(list, words, width = 30) {
  const item = html(list, "li");
  const size = width === 14 ? { class: "small" } : {};
  const sample = svg(item, "svg", { ...size, viewBox: `0 0 ${width} 14`, "aria-hidden": "true" });
  html(item, "span", {}, words);
  return sample;
}

/** The `d` of a path through the points (xs[i], ys[i]), in pixels. */
function polyline(xs, ys) {
  let path = "";
  for (let i = 0; i < xs.length; i += 1) {
    path += `${i ? "L" : "M"}${xs[i].toFixed(2)} ${ys[i].toFixed(2)}`;
  }
  return path;
}

const ruler = document.createElement("canvas").getContext("2d");

/** The width in pixels of a small text in the theme's font. */
function textWidth(text, { rem, font }) {
  ruler.font = `${0.8125 * rem}px ${font}`;
  return ruler.measureText(text).width;
}

/** The pixels of a chart's plot area, and one rem: texts are sized in rem, so margins are too. */
function plotArea(width, height, rem, margins) {
  return {
    left: margins.left * rem,
    right: width - margins.right * rem,
    top: margins.top * rem,
    bottom: height - margins.bottom * rem,
    rem,
  };
}

/** Both axes with ticks, grid lines and names. `ticks` are [[value, text]…] for x and y. */
function drawAxes(parent, area, { x, y, xTicks, yTicks, xName, yName }) {
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

// ---------------------------------------------------------------- colours

/** [red, green, blue] in 0..255 of any CSS colour. */
function parseColour(text) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

const cssColour = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;

const mix = (a, b, part) => a.map((channel, i) => channel + part * (b[i] - channel));

/** Relative luminance (WCAG 2). */
function luminance(rgb) {
  const linear = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((p, q) => p - q);
  return (light + 0.05) / (dark + 0.05);
}

/** The page's theme as the host element inherits it from Streamlit; `rem` is set at layout. */
function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (name, fallback) => parseColour(style.getPropertyValue(name).trim() || fallback);
  const background = read("--st-background-color", "#ffffff");
  const dark = luminance(background) < 0.2;
  const text = read("--st-text-color", dark ? "#fafafa" : "#31333f");
  return { background, text, dark, rem: 0, font: style.fontFamily };
}

/** Ink whose contrast to the ground is below this is drawn as the text is. */
const HIDDEN = 1.5;

/** `colour`, moved towards the text colour until it stands out from the background (3 : 1). */
function readable(colour, { background, text }) {
  const wanted = parseColour(colour);
  let part = contrast(wanted, background) < HIDDEN ? 1 : 0;
  while (part < 1 && contrast(mix(wanted, text, part), background) < 3) part += 0.05;
  return cssColour(mix(wanted, text, part));
}

const SHADES = 511;

/** The diverging map through `colours`: `gradient` for legends, `shades` as 511 RGBA words. */
function divergingMap(colours) {
  const anchors = colours.map(parseColour);
  const shades = new Uint32Array(SHADES);
  const bytes = new Uint8ClampedArray(shades.buffer);
  for (let i = 0; i < SHADES; i += 1) {
    const place = (i / (SHADES - 1)) * (anchors.length - 1);
    const stop = Math.min(Math.floor(place), anchors.length - 2);
    bytes.set([...mix(anchors[stop], anchors[stop + 1], place - stop), 255], 4 * i);
  }
  return { shades, gradient: `linear-gradient(to right, ${colours.join(", ")})` };
}

/** The index of the shade that stands for `value` on a map that spans −range..range. */
const shadeOf = (value, range) =>
  Math.round(clamp(0.5 + value / (2 * range), 0, 1) * (SHADES - 1));
