import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { bytesOf } from '../text/base64'
import type { Size } from './zoom'

/** PDF.js is large and needed on few screens only: it is fetched with the first page that is shown. */
const library = () =>
  Promise.all([import('pdfjs-dist/legacy/build/pdf.mjs'), import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url')]).then(
    ([pdf, worker]) => {
      pdf.GlobalWorkerOptions.workerSrc = worker.default
      return pdf
    },
  )

export interface Opened {
  document: PDFDocumentProxy
  /** Of each page, in points. */
  sizes: Size[]
}

async function openPdf(base64: string): Promise<Opened> {
  const pdf = await library()
  const document = await pdf.getDocument({ data: bytesOf(base64), isEvalSupported: false }).promise
  const pages = await Promise.all(Array.from({ length: document.numPages }, (_, n) => document.getPage(n + 1)))
  const sizes = pages.map((page) => {
    const { width, height } = page.getViewport({ scale: 1 })
    return { width, height }
  })
  return { document, sizes }
}

/** The document of these bytes. The last one stays until the next is open, so that nothing flickers. */
export function usePdf(base64: () => string | null) {
  const opened = shallowRef<Opened | null>(null)
  const failed = ref(false)
  let asking = 0

  function swap(next: Opened | null): void {
    const before = opened.value
    opened.value = next
    void before?.document.loadingTask.destroy()
  }

  watch(base64, async (bytes) => {
    const mine = ++asking
    failed.value = false
    if (bytes === null) return swap(null)
    const next = await openPdf(bytes).catch(() => null)
    if (mine !== asking) return void next?.document.loadingTask.destroy()
    failed.value = next === null
    swap(next)
  }, { immediate: true })
  onScopeDispose(() => {
    asking++
    swap(null)
  })
  return { opened, failed }
}

/** A page at a width in CSS pixels, sharp on this screen, on a canvas of its own. */
export async function drawPage(document: PDFDocumentProxy, number: number, width: number): Promise<HTMLCanvasElement> {
  const page = await document.getPage(number)
  const natural = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: (width / natural.width) * window.devicePixelRatio })
  const canvas = window.document.createElement('canvas')
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  await page.render({ canvas, viewport }).promise
  return canvas
}
