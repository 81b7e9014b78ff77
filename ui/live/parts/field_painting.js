/* A field of classes as a picture: which class is seen where, how sure, and the boundary between.
 *
 *   field   size, ways; winner, certainty (size × size bytes, from below); votes, best: buffers
 *
 * Between the cells' centres the certainty is bilinear. There the class is put to the vote: each
 * cell votes for its class, weighed by certainty and nearness, so that boundaries are smooth and
 * not stairs; the boundary is drawn where two classes have as many votes.
 */

import { cssColour, mix, parseColour } from "./colours.js";
import { clamp } from "./scales.js";

const CORNERS = [[0, 0], [0, 1], [1, 1], [1, 0]];
export const PALEST = 0.04;
export const FULLEST = 0.55;
const MOST_PIXELS_PER_CELL = 3;

/** RGBA words by class · 256 + certainty: the class's colour over the background. */
export function classPalette(inks, { background }) {
  const palette = new Uint32Array(256 * inks.length);
  const bytes = new Uint8ClampedArray(palette.buffer);
  inks.map(parseColour).forEach((ink, label) => {
    for (let i = 0; i < 256; i += 1) {
      const part = PALEST + (FULLEST - PALEST) * (i / 255);
      bytes.set([...mix(background, ink, part), 255], 4 * (256 * label + i));
    }
  });
  return palette;
}

/** Fills `votes` by class and cell, and `best`, each cell's class with most. */
export function countVotes({ size, votes, best, winner, certainty }) {
  const cells = size * size;
  votes.fill(0);
  for (let row = 0, cell = 0; row < size; row += 1) {
    for (let col = 0; col < size; col += 1, cell += 1) {
      let most = 0;
      for (let up = -1; up <= 1; up += 1) {
        const first = clamp(row + up, 0, size - 1) * size;
        for (let right = -1; right <= 1; right += 1) {
          const from = first + clamp(col + right, 0, size - 1);
          const vote = winner[from] * cells + cell;
          votes[vote] += (up ? 1 : 2) * (right ? 1 : 2) * (certainty[from] + 1);
          if (votes[vote] > most) {
            most = votes[vote];
            best[cell] = winner[from];
          }
        }
      }
    }
  }
}

/** The cell at or below a place on one axis, and the share of the way to the next cell. */
function lowerCell(place, size) {
  const cell = clamp(Math.floor(place), 0, size - 2);
  return [cell, clamp(place - cell, 0, 1)];
}

/** Class · 256 + certainty at a place; `row`, `col` count cells from the first cell's centre. */
export function fieldAt({ size, ways, votes, certainty }, row, col) {
  const [low, up] = lowerCell(row, size);
  const [left, right] = lowerCell(col, size);
  const between = (table, first) => {
    const a = first + low * size + left;
    const c = a + size;
    const from = table[a] + right * (table[a + 1] - table[a]);
    return from + up * (table[c] + right * (table[c + 1] - table[c]) - from);
  };
  let most = 0;
  let highest = -1;
  for (let i = 0; i < ways; i += 1) {
    const vote = between(votes, i * size * size);
    if (vote > highest) {
      most = i;
      highest = vote;
    }
  }
  return most * 256 + Math.round(between(certainty, 0));
}

export function paintField({ canvas, field }, palette, { rem, text }) {
  const context = canvas.getContext("2d");
  context.drawImage(fieldImage(field, canvas.width, palette), 0, 0, canvas.width, canvas.height);
  context.strokeStyle = cssColour(text);
  context.lineWidth = 0.09 * rem * window.devicePixelRatio;
  context.lineCap = "round";
  context.stroke(boundary(field, canvas.width / field.size));
}

/** The field with a few pixels per cell; the first row of pixels is the highest x2. */
function fieldImage(field, width, palette) {
  const { size } = field;
  const fine = clamp(Math.round(width / size), 1, MOST_PIXELS_PER_CELL);
  const side = size * fine;
  if (field.image?.width !== side) {
    field.image = new OffscreenCanvas(side, side);
    field.bits = new ImageData(side, side);
  }
  const words = new Uint32Array(field.bits.data.buffer);
  for (let v = 0; v < side; v += 1) {
    const row = size - 0.5 - (v + 0.5) / fine;
    fillRow(words.subarray(v * side, (v + 1) * side), field, row, palette);
  }
  field.image.getContext("2d").putImageData(field.bits, 0, 0);
  return field.image;
}

/** Fills a row of pixels; between four cells of one class only the certainty changes, linearly. */
function fillRow(words, field, row, palette) {
  const { size, best, certainty } = field;
  const [low, up] = lowerCell(row, size);
  const fine = words.length / size;
  for (let left = 0, u = 0; left < size - 1; left += 1) {
    const end = left === size - 2 ? words.length : Math.ceil((left + 1.5) * fine - 0.5);
    const a = low * size + left;
    const c = a + size;
    const alike = best[a] === best[a + 1] && best[a] === best[c] && best[a] === best[c + 1];
    const from = certainty[a] + up * (certainty[c] - certainty[a]);
    const slope = certainty[a + 1] + up * (certainty[c + 1] - certainty[a + 1]) - from;
    const first = best[a] * 256 + from + 0.5;
    for (let right = (u + 0.5) / fine - 0.5 - left; u < end; u += 1, right += 1 / fine) {
      const word = alike ? first + clamp(right, 0, 1) * slope : fieldAt(field, row, left + right);
      words[u] = palette[word | 0];
    }
  }
}

/** The lines between cells of different classes; beyond the border the last cells go on. */
function boundary(field, cell) {
  const { size, best } = field;
  const path = new Path2D();
  const at = (row, col) => clamp(row, 0, size - 1) * size + clamp(col, 0, size - 1);
  for (let row = -1; row < size; row += 1) {
    for (let col = -1; col < size; col += 1) {
      const [a, b, c, d] = [at(row, col), at(row, col + 1), at(row + 1, col + 1), at(row + 1, col)];
      if (best[a] === best[b] && best[a] === best[c] && best[a] === best[d]) continue;
      const place = ([up, right]) => [(col + right + 0.5) * cell, (size - row - up - 0.5) * cell];
      connect(path, crossings(field, [a, b, c, d]).map(place));
    }
  }
  return path;
}

/** Where, between neighbouring corners of different classes, both have as many votes. */
function crossings({ size, best, votes }, corners) {
  const lead = (cell, other) =>
    votes[best[cell] * size * size + cell] - votes[best[other] * size * size + cell];
  return corners.flatMap((here, i) => {
    const next = (i + 1) % corners.length;
    const there = corners[next];
    if (best[here] === best[there]) return [];
    const [from, to] = [lead(here, there), lead(there, here)];
    return [mix(CORNERS[i], CORNERS[next], from + to > 0 ? from / (from + to) : 0.5)];
  });
}

/** Two crossings make a line; where three or four meet, each is joined to their middle. */
function connect(path, points) {
  const [ends, hub] = points.length === 2 ? [[points[0]], points[1]] : [points, middleOf(points)];
  ends.forEach((end) => {
    path.moveTo(...end);
    path.lineTo(...hub);
  });
}

const middleOf = (points) =>
  [0, 1].map((i) => points.reduce((sum, point) => sum + point[i], 0) / points.length);
