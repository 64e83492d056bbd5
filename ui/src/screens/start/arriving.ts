import type { StaffView } from '../../bindings/StaffView'
import type { Status } from '../../bindings/Status'

/** Of a joined project nothing has come yet: its people are on the way, and nobody new is entered meanwhile. */
export const isArriving = (status: Pick<Status, 'sync'> | null, staff: StaffView[]): boolean =>
  status !== null && staff.length === 0 && status.sync !== 'no_server' && status.sync !== 'synced'
