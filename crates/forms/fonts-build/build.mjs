// Writes ../fonts: the faces that `shoulou-forms` compiles in, and their licences.
// Does nothing when the same inputs have been built before.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codePointsOf, commonCharacters, isHan, templateCharacters } from "./characters.mjs";

const here = new URL(".", import.meta.url);
const out = fileURLToPath(new URL("../fonts/", here));
const resolve = createRequire(import.meta.url).resolve;
const source = (family, file) => {
  const folder = dirname(resolve(`@expo-google-fonts/${family}/package.json`));
  return { font: join(folder, file), licence: join(folder, "LICENSE_FONT") };
};

const serif = source("noto-serif-sc", "400Regular/NotoSerifSC_400Regular.ttf");
const sans = source("noto-sans-sc", "700Bold/NotoSansSC_700Bold.ttf");
const japan = source("noto-serif-jp", "400Regular/NotoSerifJP_400Regular.ttf");
const hongkong = source("noto-serif-hk", "400Regular/NotoSerifHK_400Regular.ttf");

const faces = [
  // Everything: names use characters far outside the common sets.
  ["body.ttf", serif, (own) => own],
  ["heading.ttf", sans, (own, heading) => intersection(own, heading)],
  // Han that the first face lacks and people's names need; each face adds what is still missing.
  ["fallback-1.ttf", japan, missingHan],
  ["fallback-2.ttf", hongkong, missingHan],
];

const templates = new URL("../templates/", here);
const heading = new Set([...commonCharacters(), ...templateCharacters(templates)]);
const stamp = stampOf(heading);
if (isUpToDate()) {
  console.log("fonts: up to date");
} else {
  const { subset } = await import("./subset.mjs");
  mkdirSync(out, { recursive: true });
  const covered = new Set();
  for (const [name, { font, licence }, choose] of faces) {
    const bytes = new Uint8Array(readFileSync(font));
    const points = choose(codePointsOf(bytes), heading, covered);
    for (const point of points) covered.add(point);
    const small = subset(bytes, points);
    writeFileSync(join(out, name), small);
    copyFileSync(licence, join(out, name.replace(".ttf", ".OFL.txt")));
    const kb = Math.round(small.byteLength / 1000);
    console.log(`fonts: ${name}: ${points.size} characters, ${kb} kB`);
  }
  writeFileSync(join(out, "stamp"), stamp);
}

function missingHan(own, _heading, covered) {
  return new Set([...own].filter((point) => isHan(point) && !covered.has(point)));
}

function intersection(one, other) {
  return new Set([...one].filter((point) => other.has(point)));
}

function stampOf(points) {
  const hash = createHash("sha256");
  for (const file of ["build.mjs", "characters.mjs", "subset.mjs", "package-lock.json"]) {
    hash.update(readFileSync(new URL(file, here)));
  }
  hash.update([...points].sort((a, b) => a - b).join());
  return hash.digest("hex");
}

function isUpToDate() {
  const there = faces.every(([name]) => existsSync(join(out, name)));
  const built = join(out, "stamp");
  return there && existsSync(built) && readFileSync(built, "utf8") === stamp;
}
