/* Numbers as words. */

// ---------------------------------------------------------------- words

export const MINUS = "\u2212";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @type {(whole: number) => string} */
const superscript = (whole) =>
  (whole < 0 ? "⁻" : "") +
  [...String(Math.abs(whole))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");

/** A number to `digits` significant digits: 0.012, 14, −3.1·10⁻⁵.
 *
 * @type {(value: number, digits?: number) => string}
 */
export function formatNumber(value, digits = 2) {
  if (value === 0) return "0";
  const [mantissa, tail] = Math.abs(value).toExponential(digits - 1).split("e");
  const exponent = Number(tail);
  const sign = value < 0 ? MINUS : "";
  if (exponent < -3 || exponent > 3) return `${sign}${mantissa}·10${superscript(exponent)}`;
  const rounded = Number(`${mantissa}e${exponent}`);
  return sign + rounded.toFixed(Math.max(0, digits - 1 - exponent));
}

/** A number with `digits` decimals: 0.98, −1.50.
 *
 * @type {(value: number, digits?: number) => string}
 */
export function formatFixed(value, digits = 2) {
  const size = Math.abs(value).toFixed(digits);
  return value < 0 && Number(size) > 0 ? MINUS + size : size;
}

/** An axis number without needless zeros: −4, 0.5, 10⁻⁴.
 *
 * @type {(value: number) => string}
 */
export function formatTick(value) {
  const exponent = Math.round(Math.log10(Math.abs(value) || 1));
  const isPower = value > 0 && Math.abs(value / 10 ** exponent - 1) < 1e-6;
  if (isPower && (exponent < -3 || exponent > 3)) return `10${superscript(exponent)}`;
  if (value !== 0 && Math.abs(value) < 1e-3) return formatNumber(value, 1);
  return String(Number(value.toPrecision(6))).replace("-", MINUS);
}
