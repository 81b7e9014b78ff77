/* Arrays of numbers from base64 text, as ui/live/parts/arrays.py writes them. */

/** Bytes from base64 text. Throws where there are not `count` numbers of `width` bytes. */
export function decodeBytes(text, count, name, width = 1) {
  const letters = atob(text);
  if (letters.length !== width * count) {
    throw new Error(`${name} must hold ${count} numbers, got ${letters.length / width}`);
  }
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Little-endian float32 numbers from base64 text. Throws where the count is not as promised. */
export function decodeFloats(text, count, name) {
  const view = new DataView(decodeBytes(text, count, name, 4).buffer);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 1) numbers[i] = view.getFloat32(4 * i, true);
  return numbers;
}
