/* The waves A sin(x − φ) that fit some points: a grid over amplitude and phase, as
 * hypernet/posterior/waves.py computes it, in arrays that are made once.
 *
 *   points ── five sums ──► weight of each cell ──► moments: of A cos φ, A sin φ and their products
 *                                                  picked:  some waves that stand for all
 */

/** @import { PointPlace, WaveFamily, WavePosterior } from "./types.js" */
/** @import { Numbers, Range } from "../parts/types.js" */

const AMPLITUDES = 128;
const PHASES = 256;
const PICKED = 10;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** A cell whose weight is this share of the largest one adds nothing that a double could hold. */
const NOTHING = 1e-17;

/** @type {(family: WaveFamily) => WavePosterior} */
export function openWavePosterior({ amplitude, phase, sigma }) {
  const amplitudes = middles(amplitude, AMPLITUDES);
  const phases = middles(phase, PHASES);
  const cosine = phases.map(Math.cos);
  const sine = phases.map(Math.sin);
  /** Of each phase: Σ y sin(x − φ), Σ sin²(x − φ), the summed weight of its cells. */
  const along = new Float64Array(PHASES);
  const square = new Float64Array(PHASES);
  const rows = new Float64Array(PHASES);
  const moments = new Float64Array(5);
  const picked = new Float64Array(2 * PICKED);
  const scale = 1 / (2 * sigma * sigma);
  const step = amplitudes[1] - amplitudes[0];
  let top = 0;
  /** Sums over the cells of the phase that is weighed: of weights, and times A and A². */
  let sum = 0;
  let first = 0;
  let second = 0;

  /** @type {(row: number, a: number) => number} */
  const gain = (row, a) => scale * (2 * a * along[row] - a * a * square[row]);
  /** The cell of a phase with the largest gain, which is a parabola in the amplitude.
   *
   * @type {(row: number) => number}
   */
  const best = (row) => {
    const free = square[row] > 0 ? along[row] / square[row] : 0;
    const cell = Math.round((free - amplitudes[0]) / step);
    return Math.min(AMPLITUDES - 1, Math.max(0, cell));
  };
  /** Adds the cells from one on, upwards or downwards, as long as they weigh anything: in even
   * steps each weight is the one before times a factor, and each factor the one before times `bend`.
   *
   * @type {(row: number, from: number, turn: 1 | -1, bend: number) => void}
   */
  const addCells = (row, from, turn, bend) => {
    let weight = Math.exp(gain(row, amplitudes[from]) - top);
    let factor = Math.exp(gain(row, amplitudes[from] + turn * step) - gain(row, amplitudes[from]));
    for (let i = from; i >= 0 && i < AMPLITUDES && weight > NOTHING; i += turn) {
      const a = amplitudes[i];
      if (turn > 0 || i !== from) {
        sum += weight;
        first += weight * a;
        second += weight * a * a;
      }
      weight *= factor;
      factor *= bend;
    }
  };
  /** @type {(points: PointPlace[]) => void} */
  const read = (points) => {
    let ys = 0;
    let yc = 0;
    let ss = 0;
    let sc = 0;
    let cc = 0;
    for (let i = 0; i < points.length; i += 1) {
      const s = Math.sin(points[i][0]);
      const c = Math.cos(points[i][0]);
      ys += points[i][1] * s;
      yc += points[i][1] * c;
      ss += s * s;
      sc += s * c;
      cc += c * c;
    }
    top = -Infinity;
    for (let row = 0; row < PHASES; row += 1) {
      const c = cosine[row];
      const s = sine[row];
      along[row] = c * ys - s * yc;
      square[row] = c * c * ss - 2 * c * s * sc + s * s * cc;
      top = Math.max(top, gain(row, amplitudes[best(row)]));
    }
  };
  const weigh = () => {
    moments.fill(0);
    let total = 0;
    for (let row = 0; row < PHASES; row += 1) {
      const peak = best(row);
      const bend = Math.exp(-2 * scale * square[row] * step * step);
      sum = 0;
      first = 0;
      second = 0;
      addCells(row, peak, 1, bend);
      addCells(row, peak, -1, bend);
      const c = cosine[row];
      const s = sine[row];
      rows[row] = sum;
      total += sum;
      moments[0] += first * c;
      moments[1] += first * s;
      moments[2] += second * c * c;
      moments[3] += second * c * s;
      moments[4] += second * s * s;
    }
    for (let i = 0; i < 5; i += 1) moments[i] /= total;
    return total;
  };
  /** @type {(total: number) => void} */
  const pick = (total) => {
    let row = 0;
    let passed = rows[0];
    for (let turn = 0; turn < PICKED; turn += 1) {
      const wanted = ((turn + 0.5) / PICKED) * total;
      while (passed < wanted && row < PHASES - 1) passed += rows[(row += 1)];
      const share = (((turn + 0.5) * GOLDEN) % 1) * rows[row];
      let i = 0;
      let below = Math.exp(gain(row, amplitudes[0]) - top);
      while (below < share && i < AMPLITUDES - 1) {
        i += 1;
        below += Math.exp(gain(row, amplitudes[i]) - top);
      }
      picked[2 * turn] = amplitudes[i];
      picked[2 * turn + 1] = phases[row];
    }
  };
  return {
    moments,
    picked,
    follow(points) {
      read(points);
      pick(weigh());
    },
  };
}

/** The mean of all waves that fit, at x: the best guess.
 *
 * @type {(moments: Numbers, x: number) => number}
 */
export const waveMean = (moments, x) => moments[0] * Math.sin(x) - moments[1] * Math.cos(x);

/** The standard deviation of all waves that fit, at x.
 *
 * @type {(moments: Numbers, x: number) => number}
 */
export function waveDeviation(moments, x) {
  const [s, c] = [Math.sin(x), Math.cos(x)];
  const square = moments[2] * s * s - 2 * moments[3] * s * c + moments[4] * c * c;
  return Math.sqrt(Math.max(0, square - waveMean(moments, x) ** 2));
}

/** @type {(ends: Range, count: number) => Float64Array} */
function middles([low, high], count) {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.5)) / count);
}
