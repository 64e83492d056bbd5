import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  plugins: [vue()],
  // Relative, so that the same folder is served from the shell and from loopback.
  base: './',
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  build: {
    target: ['chrome120', 'safari16'],
    outDir: mode === 'loopback' ? 'dist-loopback' : 'dist',
    chunkSizeWarningLimit: 900,
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}))
