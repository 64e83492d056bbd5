import { createRouter, createWebHashHistory } from 'vue-router'
import UnitsScreen from './screens/units/UnitsScreen.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Fills the window: no rail, no top line. */
    full?: boolean
  }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'units', component: UnitsScreen },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})
