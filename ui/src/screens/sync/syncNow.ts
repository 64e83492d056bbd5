import { t } from '../../i18n'
import { say } from '../../state/notices'
import { act } from '../../state/session'

export async function syncNow(): Promise<void> {
  if (await act({ action: 'sync_now' }, [{ topic: 'sync' }, { topic: 'status' }])) say(t('sync.now_asked'))
}
