import type { PDFDocumentProxy } from 'pdfjs-dist'
import { bytesOf } from '../text/base64'

/** PDF.js is large and needed on three screens only: it is fetched with the first page that is shown. */
const library = () =>
  Promise.all([import('pdfjs-dist/legacy/build/pdf.mjs'), import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url')]).then(
    ([pdf, worker]) => {
      pdf.GlobalWorkerOptions.workerSrc = worker.default
      return pdf
    },
  )

export async function openPdf(base64: string): Promise<PDFDocumentProxy> {
  const pdf = await library()
  return pdf.getDocument({ data: bytesOf(base64), isEvalSupported: false }).promise
}

/** Draws a page at a width in CSS pixels, sharp on this screen. */
export async function drawPage(document: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement, width: number): Promise<void> {
  const page = await document.getPage(number)
  const natural = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: (width / natural.width) * window.devicePixelRatio })
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  canvas.style.width = `${width}px`
  canvas.style.height = `${Math.floor((width * natural.height) / natural.width)}px`
  await page.render({ canvas, viewport }).promise
}
