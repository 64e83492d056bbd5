// What a printed PDF says, and what it looks like.
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The text of all pages, without the spaces that layout puts between characters. */
export async function textOf(pdf) {
  const { stdout } = await run('pdftotext', ['-layout', pdf, '-'], { maxBuffer: 64 << 20 })
  return stdout.replace(/[ \t]+/g, '')
}

export async function pagesOf(pdf) {
  const { stdout } = await run('pdfinfo', [pdf])
  return Number(/^Pages:\s+(\d+)/m.exec(stdout)?.[1])
}

/** Draws each page as a PNG, to be looked at. */
export async function draw(pdf, folder, name) {
  await mkdir(folder, { recursive: true })
  await run('pdftoppm', ['-r', '60', '-png', pdf, join(folder, name)])
}
