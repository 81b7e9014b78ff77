/* From what ui/live/player/player.py sends to the view that the player draws.
 *
 * A …64 field is base64 of little-endian float32, or of bytes where it says so:
 *   kind                     what the panels show: "curves" or "fields"
 *   steps, step              gradient steps recorded; the step to show first
 *   alt                      one sentence, the name of the whole picture
 *   judged                   whether there is anything to judge by, other than the support points;
 *                            if not, every query loss is the support loss
 *   replay                   play from step 0 whenever this number differs from the one before
 *   weightMap[]              colours from the most negative weight to the most positive one
 *   xRange, yRange           [low, high] of every panel
 *   fits[]                   label, colour, dash, note; kept: entries until the learner left the
 *                            chart, else steps + 1; supportLoss64 (kept), queryLoss64 (kept);
 *                            and what its panel shows
 *   weights | null           label, kept,
 *                            tensors[]: label, rows, cols, values64 (kept × rows·cols)
 *   live | null              what the browser needs to run the loops itself (live_runs.js)
 * What belongs to one kind of panels stands in curves.js and fields.js.
 */

import { decodeFloats } from "../parts/bytes.js";
import { KINDS } from "./kinds.js";
import { readLive } from "./live_runs.js";

/** @import { Fit, FitData, PlayerData, View, ViewWeights, WeightsData } from "./types.js" */

/** @type {(data: PlayerData) => View} */
export function readView(data) {
  if (!Array.isArray(data?.fits) || data.fits.length === 0) throw new Error("no learner was sent");
  const { kind, steps, step, alt, replay, judged, weightMap, xRange, yRange } = data;
  return /** @type {View} */ ({
    kind, steps, step, alt, replay, judged, weightMap, xRange, yRange,
    ...KINDS[kind].read(data),
    live: data.live && readLive(data.live, KINDS[kind].ways(data)),
    fits: data.fits.map((fit) => readFit(fit, data)),
    weights: data.weights && readWeights(data.weights),
  });
}

/** @type {(fit: FitData, data: PlayerData) => Fit} */
function readFit(fit, data) {
  const { label, colour, dash, note, kept } = fit;
  const losses = {
    supportLoss: decodeFloats(fit.supportLoss64, kept, `support loss of ${label}`),
    queryLoss: decodeFloats(fit.queryLoss64, kept, `query loss of ${label}`),
  };
  const part = KINDS[data.kind].readFit(fit, data);
  return /** @type {Fit} */ ({ label, colour, dash, note, kept, ...losses, ...part });
}

/** @type {(weights: WeightsData) => ViewWeights} */
function readWeights({ label, kept, tensors }) {
  const read = tensors.map(({ label: name, rows, cols, values64 }) => {
    const size = rows * cols;
    const values = decodeFloats(values64, kept * size, `values of ${name}`);
    return { label: name, rows, cols, size, values };
  });
  return /** @type {ViewWeights} */ ({ label, kept, tensors: read });
}
