import { query } from '../../core'
import { bytesOf, sha256 } from '../../text/base64'

/** The hash of a form's pages as they are shown to the one who signs. */
export async function shownPages(unit: string, form: string): Promise<string> {
  const preview = await query({ query: 'preview', unit, forms: [form], blank: false })
  return sha256(bytesOf(preview.pdf_base64))
}
