// SPDX-License-Identifier: Apache-2.0
// Pictures of the guide: a screenshot as a PNG of at most 256 colours, which is a third of the size and looks the same on pages of few colours.
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ n >>> 1 : n >>> 1; return n; });
const crc32 = bytes => ~bytes.reduce((c, b) => table[(c ^ b) & 255] ^ c >>> 8, -1) >>> 0; // node has its own only since 20.15

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// The most used colours, by five bits a channel, and bright ones before greys, which have neighbours; every other goes to the nearest of them.
const weight = ({ n, colour }) => n * (1 + (Math.max(...colour) - Math.min(...colour)) / 16);
function palette(rgba) {
  const uses = new Map(), bin = k => (rgba[k] >> 3) << 10 | (rgba[k + 1] >> 3) << 5 | rgba[k + 2] >> 3;
  for (let k = 0; k < rgba.length; k += 4) {
    const b = bin(k), at = uses.get(b);
    if (at) at.n++; else uses.set(b, { n: 1, colour: [rgba[k], rgba[k + 1], rgba[k + 2]] });
  }
  const top = [...uses.entries()].sort((a, b) => weight(b[1]) - weight(a[1])).slice(0, 256).map(([, u]) => u.colour);
  const far = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2, row = new Map();
  for (const [b, u] of uses) row.set(b, top.reduce((best, c, k) => far(c, u.colour) < far(top[best], u.colour) ? k : best, 0));
  return { top, row: k => row.get(bin(k)) };
}

export function encode(rgba, width, height) {
  const { top, row } = palette(rgba), lines = Buffer.alloc(height * (width + 1)), head = Buffer.alloc(13);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = row((y * width + x) * 4);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8); // 8 bits, by palette
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('PLTE', Buffer.from(top.flat())), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

// The browser itself reads the screenshot's pixels, on a page without a policy.
export async function picture(page, file, tall) {
  const size = page.viewportSize();
  if (tall) await page.setViewportSize({ ...size, height: tall });
  const shot = (await page.screenshot()).toString('base64'), blank = await page.context().newPage();
  const { pixels, width, height } = await blank.evaluate(async data => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const c = new OffscreenCanvas(image.width, image.height), g = c.getContext('2d');
    g.drawImage(image, 0, 0);
    const bytes = new Uint8Array(g.getImageData(0, 0, image.width, image.height).data.buffer);
    let text = '';
    for (let k = 0; k < bytes.length; k += 32768) text += String.fromCharCode(...bytes.subarray(k, k + 32768));
    return { pixels: btoa(text), width: image.width, height: image.height };
  }, shot);
  await blank.close();
  await page.setViewportSize(size);
  writeFileSync(file, encode(Buffer.from(pixels, 'base64'), width, height));
}
