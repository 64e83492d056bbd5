import { createApp } from 'vue'
import App from './App.vue'
import { i18n, lang, setLang } from './i18n'
import { router } from './router'
import { keepKeys } from './state/keys'
import { listenForChanges, onTopics } from './state/queries'
import { readStatus } from './state/session'
import { keepSync } from './state/sync'
import { effectScope } from 'vue'
import './styles/tokens.css'
import './styles/controls.css'

setLang(lang())
listenForChanges()
effectScope(true).run(() =>
  onTopics((topics) => {
    if (topics.some(({ topic }) => topic === 'status' || topic === 'project')) void readStatus()
  }),
)
keepKeys()
keepSync()
createApp(App).use(i18n).use(router).mount('#app')
