// Makes the icon files that the bundles need from the two drawings. Only needed after a drawing changed; the results
// are committed, so that no build depends on this.
//
//     npm install --no-save --prefix target/icons @tauri-apps/cli@2 && node icons/make.mjs
//
// Sizes up to 32 px come from bannette-small.svg: a report of three lines is mud at 16 px. An ICO and an ICNS hold
// one picture a size, so that theirs are put together here out of the two sets.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const icons = dirname(fileURLToPath(import.meta.url));
const work = join(icons, "..", "target", "icons");
const tauri = join(work, "node_modules", ".bin", "tauri");

function render(drawing, ...options) {
  const out = join(work, drawing, ...(options.length ? ["sizes"] : []));
  mkdirSync(out, { recursive: true });
  execFileSync(tauri, ["icon", join(icons, `${drawing}.svg`), "--output", out, ...options], { stdio: "ignore" });
  return out;
}

// ICO: 6 bytes of header, 16 bytes an entry (its first byte is the width, 0 for 256), then the pictures.
function icoEntries(file) {
  const bytes = readFileSync(file);
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, index) => {
    const entry = bytes.subarray(6 + 16 * index, 22 + 16 * index);
    const [size, offset] = [entry.readUInt32LE(8), entry.readUInt32LE(12)];
    return { width: entry[0] || 256, entry: Buffer.from(entry), picture: bytes.subarray(offset, offset + size) };
  });
}

function ico(entries) {
  const head = Buffer.from([0, 0, 1, 0, entries.length, 0]);
  let offset = 6 + 16 * entries.length;
  for (const { entry, picture } of entries) {
    entry.writeUInt32LE(offset, 12);
    offset += picture.length;
  }
  return Buffer.concat([head, ...entries.map((one) => one.entry), ...entries.map((one) => one.picture)]);
}

// ICNS: "icns", the whole length, then blocks of a type of four letters, a length, and a picture.
function icnsBlocks(file) {
  const bytes = readFileSync(file);
  const blocks = new Map();
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) {
    blocks.set(bytes.toString("latin1", at, at + 4), bytes.subarray(at, at + bytes.readUInt32BE(at + 4)));
  }
  return blocks;
}

function icns(blocks) {
  const head = Buffer.alloc(8);
  head.write("icns", 0, "latin1");
  head.writeUInt32BE(8 + blocks.reduce((sum, block) => sum + block.length, 0), 4);
  return Buffer.concat([head, ...blocks]);
}

const [large, small] = [render("bannette"), render("bannette-small")];
for (const name of ["128x128.png", "128x128@2x.png", "icon.png"]) copyFileSync(join(large, name), join(icons, name));
copyFileSync(join(small, "32x32.png"), join(icons, "32x32.png"));

const chosen = icoEntries(join(large, "icon.ico")).map((one) =>
  one.width > 32 ? one : icoEntries(join(small, "icon.ico")).find((other) => other.width === one.width));
writeFileSync(join(icons, "icon.ico"), ico(chosen));

// 16 and 32 px, and 16 px at twice the density.
const fine = new Set(["is32", "s8mk", "il32", "l8mk", "icp4", "icp5", "ic04", "ic05", "ic11"]);
const drawn = icnsBlocks(join(small, "icon.icns"));
const blocks = [...icnsBlocks(join(large, "icon.icns"))].map(([type, block]) => (fine.has(type) ? drawn.get(type) : block));
writeFileSync(join(icons, "icon.icns"), icns(blocks));
console.log("ico:", chosen.map((one) => one.width).join(" "), "icns:", [...icnsBlocks(join(icons, "icon.icns")).keys()].join(" "));
