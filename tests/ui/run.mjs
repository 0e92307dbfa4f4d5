// Drives the built window under a virtual display. scripts/test starts it with
// DAFTAR_WINDOW and DAFTAR_BIN (the built programs) and PORTAL_SOCKET (a private PostgreSQL).
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { openWindow, scratch } from "./driver.mjs";
import { journey } from "./journey.mjs";

const { DAFTAR_WINDOW, DAFTAR_BIN, PORTAL_SOCKET } = process.env;
for (const [name, value] of Object.entries({ DAFTAR_WINDOW, DAFTAR_BIN, PORTAL_SOCKET })) {
	if (!value) throw new Error(`${name} is not set; run scripts/test`);
}
const fixtures = join(import.meta.dirname, "../fixtures/formats");
const screens = join(import.meta.dirname, "../../test-results/screens");

/** The web view may still be writing its last files while it ends; what it leaves says nothing about the journey. */
function removeFolder(folder) {
	try {
		rmSync(folder, { recursive: true, force: true, maxRetries: 25, retryDelay: 200 });
	} catch (error) {
		console.log(`left behind: ${folder} (${error.code})`);
	}
}

/** A fresh database of the private server. */
function portal(name) {
	execFileSync("createdb", ["-h", PORTAL_SOCKET, "-U", "app", name]);
	return `postgres://app@${encodeURIComponent(PORTAL_SOCKET)}/${name}`;
}

let passed = 0;
let failed = 0;
for (const language of ["ms", "en"]) {
	const folder = scratch("window");
	execFileSync(DAFTAR_BIN, ["generate", "--students", "120", "--mess", "0.2", "--seed", "5", "--out", join(folder, "fail")]);
	const window = await openWindow(DAFTAR_WINDOW, folder);
	const began = performance.now();
	try {
		const database = portal(`window_${language}_${process.pid}`);
		await journey(window, { folder, fixtures, workbook: join(folder, "fail/murid_tahfiz.xlsx"), portal: database, language, screens });
		passed += 1;
		console.log(`ok   the whole journey in the window, ${language} (${Math.round((performance.now() - began) / 1000)} s)`);
	} catch (error) {
		failed += 1;
		await window.screenshot(join(screens, `${language}-FAILED.png`)).catch(() => {});
		console.log(`FAIL the whole journey in the window, ${language}: ${error.stack}`);
	} finally {
		await window.close();
		removeFolder(folder);
	}
}
console.log(`window: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
