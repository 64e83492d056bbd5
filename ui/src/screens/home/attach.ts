import type { EventRef } from '../../bindings/EventRef'
import { askOpen } from '../../files'
import { t } from '../../i18n'
import { act } from '../../state/session'
import type { Home } from './home'

const PICTURES = ['jpg', 'jpeg', 'png']

/** Asks for a photo, or a scan of a paper, and keeps it with something recorded. */
export async function attachTo(home: Home, fact: EventRef, papers = false): Promise<void> {
  const path = await askOpen([{ name: t(papers ? 'home.scan' : 'home.photo'), extensions: papers ? [...PICTURES, 'pdf'] : PICTURES }])
  if (path) await act({ action: 'attach_photo', file: home.view.value.row.file, fact, path }, [{ topic: 'unit', unit: home.unit }])
}
