/* Colours: the page's theme, inks that can be read on it, and values as shades. */

import { clamp } from "./scales.js";

/** [red, green, blue] in 0..255 of any CSS colour. */
export function parseColour(text) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

export const cssColour = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;

export const mix = (a, b, part) => a.map((channel, i) => channel + part * (b[i] - channel));

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
export function readTheme(host) {
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
export function readable(colour, { background, text }) {
  const wanted = parseColour(colour);
  let part = contrast(wanted, background) < HIDDEN ? 1 : 0;
  while (part < 1 && contrast(mix(wanted, text, part), background) < 3) part += 0.05;
  return cssColour(mix(wanted, text, part));
}

const SHADES = 511;

/** The diverging map through `colours`: `gradient` for legends, `shades` as 511 RGBA words. */
export function divergingMap(colours) {
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
export const shadeOf = (value, range) =>
  Math.round(clamp(0.5 + value / (2 * range), 0, 1) * (SHADES - 1));
