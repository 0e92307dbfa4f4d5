// How the window is built: one page, relative addresses (the shell serves it from its own scheme).
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const lib = fileURLToPath(new URL("./src/lib", import.meta.url));

export default defineConfig(({ mode }) => ({
	plugins: [svelte()],
	base: "./",
	resolve: { alias: { $lib: lib }, conditions: mode === "test" ? ["browser"] : undefined },
	build: { outDir: "build", emptyOutDir: true, target: ["safari16", "chrome105"], sourcemap: false },
	server: { port: 5173, strictPort: true },
	test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
}));
