// The whole journey in the real window: a new project, a workbook, one mapping corrected, one finding put
// right, pushed, compared, printed and taken back. A picture of every screen is left behind.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { findAndReplace, handOut, peopleTwice } from "./wizards.mjs";
import { work } from "./work.mjs";

const PASSPHRASE = "kunci sekolah contoh";

/** Makes a project by hand and lands on Home. */
async function newProject(window, folder, pictures) {
	await window.see("screen-welcome");
	await pictures("welcome");
	const file = join(folder, "sekolah.daftar");
	await window.click("welcome-new");
	await window.type("new-school", "Sekolah Rendah Agama Al-Hikmah");
	await window.type("new-code", "XYZ7001");
	await window.type("new-display-name", "Puan Salmah");
	await window.type("new-user", "salmah");
	await window.type("new-passphrase", PASSPHRASE);
	await window.type("new-passphrase-again", PASSPHRASE);
	await pictures("new-project");
	window.answer(file);
	await window.click("new-create");
	await window.see("recovery-key-text");
	assert.match(await window.text("recovery-key-text"), /^[0-9A-Z]{4}(-[0-9A-Z]{4})+$/, "a recovery key is shown once");
	await window.click("recovery-written");
	await window.click("recovery-done");
	await window.see("screen-home");
	assert.ok(existsSync(file), "the project is one file where it was asked for");
}

async function choosePortal(window, url) {
	await window.click("nav-settings");
	await window.type("settings-portal-url", url);
	await window.click("settings-portal-save");
	await window.until("the address to be kept", async () => (await window.rpc("settings_view")).portalUrl === url);
	await window.click("nav-push");
	await work(window, "portal-prepare");
	await window.until("a prepared portal", async () => (await window.rpc("portal_view")).prepared);
}

/** Looks into an archive, a protected database and a server that is not there; nothing of it is brought in. */
async function lookInto(window, fixtures, pictures) {
	await window.click("nav-import");
	await window.see("screen-import");
	await pictures("import-empty");
	const files = ["archive/several_files.zip", "access/password_agile.accdb", "access/linked_tables.accdb", "workbook/every_kind_of_cell.xls"];
	window.answer(files.map((file) => join(fixtures, file)).join("|"));
	await window.click("import-choose");
	await window.see("import-password");
	await window.see("import-left-out");
	await pictures("import-password");
	await window.type("source-password", readFileSync(join(fixtures, "access/password_agile.accdb.password.txt"), "utf8").trim());
	await window.keys("\uE007");
	await window.gone("import-password");
	await window.click("import-preview");
	await window.see("import-preview-dialog");
	await pictures("import-preview");
	await window.click("preview-done");
	await pictures("import-sources");
	await window.click("import-choose-database");
	await window.type("database-name", "sekolah");
	await window.type("database-user", "pembaca");
	await window.type("database-host", "127.0.0.1");
	await window.type("database-port", "1");
	await pictures("import-database");
	const cards = async () => (await window.all("import-file")).length;
	const before = await cards();
	await window.click("database-open");
	await window.until("a server that does not answer", async () => (await cards()) > before);
	for (let left = await cards(); left > 0; left -= 1) await window.click("import-take-away");
	await window.gone("import-file");
}

async function bringIn(window, workbook, pictures) {
	await window.click("nav-import");
	await window.see("screen-import");
	window.answer(workbook);
	await window.click("import-choose");
	await window.see("import-file");
	await pictures("import");
	await work(window, "import-start");
}

/** Takes one column away from its field and gives it back by keyboard; then accepts every table. */
async function matchColumns(window, pictures) {
	await window.click("nav-mapping");
	await window.see("screen-mapping");
	const tables = await window.rpc("mapping_tables");
	assert.deepEqual(tables.map((table) => table.entity), ["students", "teachers"], "both sheets were recognised");
	for (const { table } of tables) {
		await window.click(`mapping-table-${table}`);
		const view = await window.rpc("mapping_view", { table });
		if (table === tables[0].table) await correctOne(window, view, pictures);
		await work(window, "mapping-accept");
		await window.until("the records", async () => (await window.rpc("mapping_tables")).find((one) => one.table === table).mapped);
	}
}

async function correctOne(window, view, pictures) {
	const column = view.columns.find((one) => one.field === "guardians.email");
	const of = async () => (await window.rpc("mapping_view", { table: view.table.table })).columns[column.index].field;
	await window.click(`mapping-pick-${column.index}`);
	await window.click("field-none");
	await window.until("the column to go nowhere", async () => (await of()) === null);
	await window.click(`mapping-pick-${column.index}`);
	await window.see("field-search");
	await pictures("mapping-pick");
	await window.click("field-guardians.email");
	await window.until("the column to be corrected", async () => (await of()) === "guardians.email");
	await pictures("mapping");
}

async function profile(window, pictures) {
	await window.click("nav-profile");
	await window.see("profile-empty");
	await work(window, "profile-run");
	await window.see("profile-inventory");
	await pictures("profile");
	for (const [tab, seen] of [["quality", "profile-quality-students"], ["volume", "profile-volume"], ["columns", "profile-columns"]]) {
		await window.click(`tab-${tab}`);
		await window.see(seen);
		await pictures(`profile-${tab}`);
	}
	const view = await window.rpc("profile_view");
	assert.equal(view.stale, false, "what was counted is what is there");
	assert.equal(view.rows, view.tables.reduce((sum, table) => sum + table.rows, 0));
}

async function cleanse(window, pictures) {
	await window.click("nav-cleanse");
	await window.see("screen-cleanse");
	await work(window, "cleanse-propose");
	await window.see("cleanse-fixes");
	await pictures("cleanse");
	await work(window, "cleanse-apply-safe");
	assert.equal((await window.rpc("cleanse_view")).safe, 0, "no safe fix is left");
	await window.click("nav-history");
	await window.see("history-steps");
	await pictures("history");
}

/** Runs the checks and puts one critical finding right by hand. */
async function validate(window, pictures) {
	await window.click("nav-validate");
	await window.see("screen-validate");
	await work(window, "validate-run");
	await window.see("validate-gauge");
	await pictures("validate");
	const before = await window.rpc("validate_view");
	assert.ok(before.criticalFindings > 0, "the made-up school has critical findings");
	const asked = { check: "", severity: "critical", entity: "students", offset: 0, limit: 200 };
	const right = { status: "active", gender: "female", date_of_birth: "2016-03-04", admission_date: "2023-01-09", full_name: "Murid Contoh" };
	const finding = (await window.rpc("findings_page", asked)).findings.find((one) => one.field in right);
	assert.ok(finding, "a critical finding that a person can put right by hand");
	await window.rpc("record_edit", { edits: [{ entity: finding.entity, record: finding.record, field: finding.field, value: right[finding.field] }] });
	await work(window, "validate-run");
	const after = await window.rpc("validate_view");
	assert.ok(after.criticalFindings < before.criticalFindings, "a finding that was put right is gone");
	await window.click("nav-records");
	await window.see("record-grid");
	await pictures("records");
}

async function push(window, pictures) {
	await window.click("nav-push");
	await window.type("push-reason", "Kad pengenalan belum disahkan oleh ibu bapa");
	await work(window, "push-rehearse");
	await window.see("push-plan");
	await pictures("push");
	await window.click("push-now");
	await window.see("push-dialog");
	await work(window, "push-confirm");
	await window.see("push-result");
	const [pushed] = await window.rpc("push_list");
	assert.equal(pushed.state, "applied");
	for (const one of pushed.entities) {
		const became = one.inserted + one.updated + one.unchanged + one.rejected + one.heldBack + one.merged + one.excluded;
		assert.equal(one.landed + one.derived, became, `${one.entity} balances`);
	}
	await pictures("push-result");
	return pushed;
}

async function verify(window, pictures) {
	await window.click("nav-verify");
	await work(window, "verify-run");
	await window.see("verify-result");
	const [pushed] = await window.rpc("push_list");
	assert.equal(pushed.verified.passed, true, "every field of every record is in the portal");
	await pictures("verify");
}

async function print(window, folder, pictures) {
	const paper = join(folder, "penyesuaian.pdf");
	await window.click("nav-report");
	await window.click("report-reconciliation");
	await window.see("report-preview");
	await pictures("report");
	window.answer(paper);
	await work(window, "report-export-pdf");
	await window.see("report-done");
	assert.equal(readFileSync(paper).subarray(0, 5).toString(), "%PDF-", "a PDF was written");
}

async function takeBack(window, batch, language, pictures) {
	await window.click("nav-rollback");
	await work(window, "rollback-plan");
	await pictures("rollback");
	await window.click("rollback-run");
	await window.see("rollback-dialog");
	await window.type("rollback-word", language === "ms" ? "TARIK BALIK" : "TAKE BACK");
	await work(window, "rollback-confirm");
	const done = (await window.rpc("push_list")).find((one) => one.batch === batch);
	assert.equal(done.state, "rolled_back");
}

/** The rest of the screens, and the lock. */
async function lookAround(window, pictures) {
	for (const stage of ["home", "users", "settings"]) {
		await window.click(`nav-${stage}`);
		await window.see(`screen-${stage}`);
		await pictures(stage);
	}
	await window.click("lock");
	await window.see("lock-screen");
	await pictures("lock");
	await window.type("unlock-passphrase", PASSPHRASE);
	await window.click("unlock");
	await window.gone("lock-screen");
}

/** The journey in one language. */
export async function journey(window, { folder, fixtures, workbook, portal, language, screens }) {
	mkdirSync(screens, { recursive: true });
	const pictures = async (name) => {
		await new Promise((painted) => setTimeout(painted, 350));
		await window.screenshot(join(screens, `${language}-${name}.png`));
	};
	await window.see("screen-welcome");
	await window.click(`language-${language}`);
	await newProject(window, folder, pictures);
	await choosePortal(window, portal);
	await lookInto(window, fixtures, pictures);
	await bringIn(window, workbook, pictures);
	await matchColumns(window, pictures);
	await profile(window, pictures);
	await peopleTwice(window, pictures);
	await cleanse(window, pictures);
	await findAndReplace(window, folder, pictures);
	await validate(window, pictures);
	await handOut(window, folder, pictures);
	const pushed = await push(window, pictures);
	await verify(window, pictures);
	await print(window, folder, pictures);
	await takeBack(window, pushed.batch, language, pictures);
	await lookAround(window, pictures);
}
