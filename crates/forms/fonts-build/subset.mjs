import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const SET_DROP_TABLE_TAG = 3;
const FLAG_NO_HINTING = 0x1;
const FLAG_NOTDEF_OUTLINE = 0x40;
const MEMORY_WRITABLE = 2;

// The forms are set horizontally and unshaped: nothing reads these tables.
const UNUSED_TABLES =
  "BASE DSIG GDEF GPOS GSUB HVAR JSTF MVAR STAT VORG avar fvar gasp gvar kern meta vhea vmtx".split(
    " ",
  );

const tag = (name) => [...name].reduce((sum, c) => (sum << 8) | c.charCodeAt(0), 0);

const wasm = await WebAssembly.instantiate(
  await readFile(createRequire(import.meta.url).resolve("harfbuzzjs/dist/harfbuzz-subset.wasm")),
);
const hb = wasm.instance.exports;
hb._initialize();

/** `font` cut down to `points`, without hints and layout tables. */
export function subset(font, points) {
  // Memory may grow in any call, which detaches earlier views of it.
  const memory = () => new Uint8Array(hb.memory.buffer);
  const buffer = hb.malloc(font.byteLength);
  memory().set(font, buffer);
  const blob = hb.hb_blob_create(buffer, font.byteLength, MEMORY_WRITABLE, 0, 0);
  const face = hb.hb_face_create(blob, 0);
  hb.hb_blob_destroy(blob);

  const input = hb.hb_subset_input_create_or_fail();
  hb.hb_subset_input_set_flags(input, FLAG_NO_HINTING | FLAG_NOTDEF_OUTLINE);
  const dropped = hb.hb_subset_input_set(input, SET_DROP_TABLE_TAG);
  for (const name of UNUSED_TABLES) hb.hb_set_add(dropped, tag(name));
  const wanted = hb.hb_subset_input_unicode_set(input);
  for (const point of points) hb.hb_set_add(wanted, point);

  const result = hb.hb_subset_or_fail(face, input);
  hb.hb_subset_input_destroy(input);
  hb.hb_face_destroy(face);
  hb.free(buffer);
  if (result === 0) throw new Error("the font could not be cut down");
  const out = hb.hb_face_reference_blob(result);
  const at = hb.hb_blob_get_data(out, 0);
  const bytes = memory().slice(at, at + hb.hb_blob_get_length(out));
  hb.hb_blob_destroy(out);
  hb.hb_face_destroy(result);
  return bytes;
}
