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
    { path: '/home/:unit', name: 'home', component: () => import('./screens/home/HomeScreen.vue'), props: true },
    { path: '/home/:unit/packet', name: 'packet', component: () => import('./screens/packet/PacketScreen.vue'), props: true },
    { path: '/sign/:unit', name: 'sign', component: () => import('./screens/sign/SignScreen.vue'), props: true, meta: { full: true } },
    { path: '/print/:what(batch|lists|jobs|history)?', name: 'print', component: () => import('./screens/print/PrintScreen.vue'), props: true },
    { path: '/scans', name: 'scans', component: () => import('./screens/scans/ScansScreen.vue') },
    { path: '/outstanding', name: 'outstanding', component: () => import('./screens/outstanding/OutstandingScreen.vue') },
    { path: '/import', name: 'import', component: () => import('./screens/import/ImportScreen.vue') },
    { path: '/staff', name: 'staff', component: () => import('./screens/staff/StaffScreen.vue') },
    { path: '/settings', name: 'settings', component: () => import('./screens/settings/SettingsScreen.vue') },
    { path: '/templates', name: 'templates', component: () => import('./screens/templates/TemplatesScreen.vue') },
    { path: '/templates/:form', name: 'template', component: () => import('./screens/templates/TemplateEditor.vue'), props: true },
    { path: '/review/:what(disputes|rules|forks)?', name: 'review', component: () => import('./screens/disputes/ReviewScreen.vue'), props: true },
    { path: '/sync', name: 'sync', component: () => import('./screens/sync/SyncScreen.vue') },
    { path: '/backup', name: 'backup', component: () => import('./screens/backup/BackupScreen.vue') },
    { path: '/:rest(.*)', redirect: '/' },
  ],
})
