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
/** A cell whose weight is smaller by this power of e adds nothing that a double could hold. */
const NOTHING = 40;

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
  let top = 0;

  /** @type {(row: number, a: number) => number} */
  const gain = (row, a) => scale * (2 * a * along[row] - a * a * square[row]);
  /** The largest gain of a phase, with an amplitude between the ends of the grid.
   *
   * @type {(row: number) => number}
   */
  const best = (row) => {
    const free = square[row] > 0 ? along[row] / square[row] : amplitudes[0];
    return gain(row, Math.min(amplitudes[AMPLITUDES - 1], Math.max(amplitudes[0], free)));
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
      top = Math.max(top, best(row));
    }
  };
  const weigh = () => {
    moments.fill(0);
    let total = 0;
    for (let row = 0; row < PHASES; row += 1) {
      let sum = 0;
      let first = 0;
      let second = 0;
      for (let i = best(row) < top - NOTHING ? AMPLITUDES : 0; i < AMPLITUDES; i += 1) {
        const a = amplitudes[i];
        const weight = Math.exp(gain(row, a) - top);
        sum += weight;
        first += weight * a;
        second += weight * a * a;
      }
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
    let sum = rows[0];
    for (let turn = 0; turn < PICKED; turn += 1) {
      const wanted = ((turn + 0.5) / PICKED) * total;
      while (sum < wanted && row < PHASES - 1) sum += rows[(row += 1)];
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
