import { readdirSync, readFileSync } from "node:fs";

/** The code points of a TrueType font, from its format 12 character map. */
export function codePointsOf(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableOffset(view, "cmap");
  const points = new Set();
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    if (view.getUint16(table) !== 12) continue;
    for (let group = 0; group < view.getUint32(table + 12); group++) {
      const at = table + 16 + 12 * group;
      for (let c = view.getUint32(at); c <= view.getUint32(at + 4); c++) points.add(c);
    }
  }
  if (points.size === 0) throw new Error("the font has no format 12 character map");
  return points;
}

function tableOffset(view, wanted) {
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + 16 * i;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((k) => view.getUint8(record + k)));
    if (tag === wanted) return view.getUint32(record + 8);
  }
  throw new Error(`the font has no ${wanted} table`);
}

export function isHan(point) {
  return (
    (point >= 0x2e80 && point <= 0x2fdf) ||
    (point >= 0x3400 && point <= 0x9fff) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    point >= 0x20000
  );
}

/** GB 2312: the 3755 most common Han (level 1) with the symbols of rows 1 to 3, and ASCII. */
export function commonCharacters() {
  const decode = new TextDecoder("gb18030");
  const points = new Set();
  const row = (high, last) => {
    for (let low = 0xa1; low <= last; low++) {
      const text = decode.decode(Uint8Array.of(high, low));
      if ([...text].length === 1 && text !== "\ufffd") points.add(text.codePointAt(0));
    }
  };
  for (let high = 0xa1; high <= 0xa3; high++) row(high, 0xfe);
  for (let high = 0xb0; high <= 0xd7; high++) row(high, high === 0xd7 ? 0xf9 : 0xfe);
  for (let c = 0x20; c < 0x7f; c++) points.add(c);
  for (const c of "·×—…²") points.add(c.codePointAt(0));
  return points;
}

/** Every character that a form template contains. */
export function templateCharacters(folder) {
  const points = new Set();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".toml")) continue;
    for (const c of readFileSync(new URL(name, folder), "utf8")) points.add(c.codePointAt(0));
  }
  points.delete(0x0a);
  return points;
}
