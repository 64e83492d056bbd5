import type { FiledDocument } from '../../bindings/FiledDocument'
import type { FiledHow } from '../../bindings/FiledHow'
import type { ScansView } from '../../bindings/ScansView'
import { query } from '../../core'
import { lang } from '../../i18n'

export const isUnderWay = (view: ScansView | null): boolean => view?.state === 'reading' || view?.state === 'filing'

/** 2、3 */
export const listed = (pages: number[]): string => pages.join(lang() === 'zh' ? '、' : ', ')

export const pagesOf = (document: FiledDocument, how: FiledHow): number[] =>
  document.scans.filter((scan) => scan.how === how).map((scan) => scan.page)

export const counted = (documents: FiledDocument[], how: FiledHow): number =>
  documents.reduce((sum, document) => sum + pagesOf(document, how).length, 0)

/** A page of the last reading as an address of a picture. */
export async function pictured(scan: number, longest: number): Promise<string> {
  const { media, base64 } = await query({ query: 'scan_picture', scan, longest })
  return `data:${media};base64,${base64}`
}
