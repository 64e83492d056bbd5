// What people typed into a project, in whatever language: names, addresses, remarks, the lists of a sales office.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './core.mjs'
import { TYPED } from './tour.mjs'

/** Keys of a command under which stands what somebody typed. A holder is chosen. */
const WRITTEN = new Set(['name', 'position', 'number', 'text', 'room', 'part', 'wish', 'result', 'reason', 'carrier', 'title', 'period', 'place', 'value'])

function* written(command, key = '') {
  if (typeof command === 'string') {
    if (WRITTEN.has(key)) yield command
  } else if (command && typeof command === 'object') {
    for (const [name, value] of Object.entries(command)) {
      if (name !== 'holder') yield* written(value, Array.isArray(command) ? key : name)
    }
  }
}

const story = JSON.parse(await readFile(join(root, 'crates/app/sample/story.json'), 'utf8'))
const told = [
  ...Object.values(story.project),
  ...story.staff.map(([name]) => name),
  ...story.stories.flatMap(({ commands }) => [...written(commands)]),
  ...TYPED,
].filter((text) => typeof text === 'string')
/** The tour opens homes at the head of the list only. */
const OPENED = 6
let homes

/** All of it in one text. The lists' cells stand in the sample's homes and in the preview of an import. */
export async function typedBy(office) {
  if (!office) return told.join('\n')
  homes ??= await ofHomes(office)
  return `${told.join('\n')}\n${homes}`
}

async function ofHomes(office) {
  const texts = []
  const { rows } = await office.units()
  texts.push(...rows.flatMap(({ owners, building }) => [owners, building]))
  for (const { unit } of rows.slice(0, OPENED)) {
    const { view } = await office.ask({ query: 'home', unit })
    const fields = [...view.file_fields, ...view.parties.flatMap((party) => party.fields)]
    texts.push(...fields.filter(({ kind }) => ['text', 'long_text'].includes(kind)).map(({ shown }) => shown.zh))
  }
  const list = { query: 'import_preview', path: join(root, 'tests/data/intake-by-hand.xlsx'), sheet: null, mapping: null }
  const { columns, sample, sheets, problems } = await office.ask(list)
  texts.push(...sheets, ...columns.flatMap(({ head, examples }) => [head, ...examples]), ...sample.flatMap((home) => Object.values(home)))
  // A problem quotes the cell that it is about, alike in both languages.
  texts.push(...problems.map(({ what }) => what.en))
  return texts.join('\n')
}

/** Texts with a run of Han characters that nobody typed. */
export const withoutTyped = (texts, typed) =>
  texts.filter((text) => (text.match(/\p{Script=Han}+/gu) ?? []).some((run) => !typed.includes(run)))
