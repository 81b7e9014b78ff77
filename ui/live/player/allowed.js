/* What the points allow: where the waves that fit them lie, and some of these, behind the curves.
 *
 *   view.allowed   amplitude, phase: [low, high] of the waves that may be; sigma: of their points
 *
 * Computed once for all panels whenever the points are others, and written once for all of a size;
 * every fourth place of the grid is fine enough for what is drawn faintly.
 */

import { openWavePosterior, waveDeviation, waveMean } from "../model/wave_posterior.js";
import { legendLine, svg } from "../parts/drawing.js";
import { formatNumber } from "../parts/words.js";

/** @import { Allowed, AllowedPaths, CurvePanel, CurvesView } from "./types.js" */

const EVERY = 4;
/** Standard deviations from the best guess to the rim of the band. */
const WIDE = 2;

/** Null where nothing is said of what the points allow.
 *
 * @type {(list: Element, view: CurvesView) => Allowed | null}
 */
export function openAllowed(list, view) {
  if (!view.allowed) return null;
  const posterior = openWavePosterior(view.allowed);
  const places = view.gridX.filter((_, i) => i % EVERY === 0);
  const words = legend(list);
  /** @type {Map<CurvePanel, AllowedPaths>} */
  const paths = new Map();
  /** @type {Partial<Pick<CurvesView, "points" | "truth">>} */
  let followed = {};
  /** Where a panel's axes lie: panels of one size show the same paths. */
  let frame = "";
  let [bandPath, wavesPath] = ["", ""];

  const follow = () => {
    followed = { points: view.points, truth: view.truth };
    frame = "";
    posterior.follow(view.points);
    words.textContent = bestGuess(posterior.moments, view);
  };
  /** @type {(panel: CurvePanel) => void} */
  const write = (panel) => {
    const { left, right, top, bottom } = panel.area;
    const here = `${left} ${right} ${top} ${bottom}`;
    if (here === frame) return;
    frame = here;
    bandPath = band(panel, posterior.moments, places);
    wavesPath = waves(panel, posterior.picked, places);
  };
  return {
    layout(panel, layer) {
      paths.set(panel, {
        band: svg(layer, "path", { class: "allowed-band", "data-role": "allowed-band" }),
        waves: svg(layer, "path", { class: "allowed-waves", "data-role": "allowed-waves" }),
      });
    },
    draw(panel) {
      const drawn = paths.get(panel);
      if (!drawn) return;
      if (followed.points !== view.points || followed.truth !== view.truth) follow();
      write(panel);
      drawn.band.setAttribute("d", bandPath);
      drawn.waves.setAttribute("d", wavesPath);
    },
  };
}

/** Both lines of the legend; the words of the second are returned.
 *
 * @type {(list: Element) => Element}
 */
function legend(list) {
  const wave = { class: "allowed-waves", d: "M0 10Q8 -4 15 7T30 4" };
  svg(legendLine(list, "some waves that fit the points"), "path", wave);
  const sample = legendLine(list, "");
  svg(sample, "path", { class: "allowed-band", d: "M0 0H30V14H0z" });
  return /** @type {Element} */ (sample.nextElementSibling);
}

/** "where such waves lie; their mean, on average the best guess, has MSE 0.83".
 *
 * @type {(moments: Float64Array, view: CurvesView) => string}
 */
function bestGuess(moments, { gridX, truth }) {
  const where = "where such waves lie";
  if (!truth) return where;
  let sum = 0;
  for (let i = 0; i < gridX.length; i += 1) sum += (waveMean(moments, gridX[i]) - truth[i]) ** 2;
  return `${where}; their mean, on average the best guess, has MSE ${formatNumber(sum / gridX.length)}`;
}

/** The closed path around the best guess, `WIDE` standard deviations to both sides.
 *
 * @type {(panel: CurvePanel, moments: Float64Array, places: Float32Array) => string}
 */
function band({ scales: { x, y } }, moments, places) {
  let upper = "";
  let lower = "";
  for (let i = 0; i < places.length; i += 1) {
    const mean = waveMean(moments, places[i]);
    const half = WIDE * waveDeviation(moments, places[i]);
    const at = x(places[i]).toFixed(1);
    upper += `${i ? "L" : "M"}${at} ${y(mean + half).toFixed(1)}`;
    lower = `L${at} ${y(mean - half).toFixed(1)}${lower}`;
  }
  return `${upper}${lower}z`;
}

/** All waves that were picked as one path.
 *
 * @type {(panel: CurvePanel, picked: Float64Array, places: Float32Array) => string}
 */
function waves({ scales: { x, y } }, picked, places) {
  let path = "";
  for (let wave = 0; wave < picked.length; wave += 2) {
    for (let i = 0; i < places.length; i += 1) {
      const height = picked[wave] * Math.sin(places[i] - picked[wave + 1]);
      path += `${i ? "L" : "M"}${x(places[i]).toFixed(1)} ${y(height).toFixed(1)}`;
    }
  }
  return path;
}
