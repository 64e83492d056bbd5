// The boundary to the core: two calls and one event, as the core declares them.
import type { Action } from './bindings/Action'
import type { Answer } from './bindings/Answer'
import type { BatchView } from './bindings/BatchView'
import type { DevicesView } from './bindings/DevicesView'
import type { DisputeView } from './bindings/DisputeView'
import type { DiffLine } from './bindings/DiffLine'
import type { Done } from './bindings/Done'
import type { EditedTemplate } from './bindings/EditedTemplate'
import type { ForkView } from './bindings/ForkView'
import type { HomeView } from './bindings/HomeView'
import type { ImportPreview } from './bindings/ImportPreview'
import type { ListForm } from './bindings/ListForm'
import type { LogLine } from './bindings/LogLine'
import type { OutstandingRow } from './bindings/OutstandingRow'
import type { PacketForm } from './bindings/PacketForm'
import type { PrintChoices } from './bindings/PrintChoices'
import type { PrintedLine } from './bindings/PrintedLine'
import type { PrintersView } from './bindings/PrintersView'
import type { PrintJobView } from './bindings/PrintJobView'
import type { Preview } from './bindings/Preview'
import type { Problem } from './bindings/Problem'
import type { ProjectView } from './bindings/ProjectView'
import type { Query } from './bindings/Query'
import type { RuleView } from './bindings/RuleView'
import type { ScansView } from './bindings/ScansView'
import type { ScanContent } from './bindings/ScanContent'
import type { Status } from './bindings/Status'
import type { SyncView } from './bindings/SyncView'
import type { TemplateDraft } from './bindings/TemplateDraft'
import type { TemplateField } from './bindings/TemplateField'
import type { TemplatesView } from './bindings/TemplatesView'
import type { Topic } from './bindings/Topic'
import type { UnitList } from './bindings/UnitList'
import { loopback } from './core/loopback'
import { tauri } from './core/tauri'
import en from './locales/en'
import zh from './locales/zh'

export interface Core {
  execute(action: Action): Promise<Done>
  query(query: Query): Promise<unknown>
  onChanged(tell: (topics: Topic[]) => void): void
}

export interface Answers {
  status: Status
  units: UnitList
  home: Answer<HomeView>
  outstanding: Answer<OutstandingRow[]>
  project: Answer<ProjectView>
  packet: PacketForm[]
  preview: Preview
  lists: ListForm[]
  preview_list: Preview
  preview_blank_set: Preview
  printers: PrintersView
  print_choices: PrintChoices
  print_jobs: PrintJobView[]
  print_history: PrintedLine[]
  batch: BatchView
  batches: BatchView[]
  history: LogLine[]
  import_preview: ImportPreview
  reveal: string
  scan: ScanContent
  scans: ScansView
  scan_picture: ScanContent
  sync: SyncView
  devices: DevicesView
  disputes: Answer<DisputeView[]>
  rules: Answer<RuleView[]>
  forks: ForkView[]
  form_templates: Answer<TemplatesView>
  form_template: string
  template_draft: TemplateDraft
  edit_template: EditedTemplate
  template_fields: TemplateField[]
  compare_templates: DiffLine[]
  read_template: string
}
export type AnswerTo<Q extends Query> = Answers[Q['query']]

const core: Core = import.meta.env.MODE === 'loopback' ? loopback() : tauri()

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}

export const execute = (action: Action): Promise<Done> => core.execute(action).catch(refuse)

export const query = <Q extends Query>(asked: Q): Promise<AnswerTo<Q>> =>
  core.query(asked).catch(refuse) as Promise<AnswerTo<Q>>

export const onChanged = (tell: (topics: Topic[]) => void): void => core.onChanged(tell)

function refuse(error: unknown): never {
  throw new Refused(isProblem(error) ? error : unreachable)
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'what' in error && 'todo' in error
}

const both = (key: 'what' | 'kept' | 'todo') => ({ zh: zh.shell.unreachable[key], en: en.shell.unreachable[key] })
const unreachable: Problem = { code: 'unreachable', what: both('what'), kept: both('kept'), todo: both('todo') }
