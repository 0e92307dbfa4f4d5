// What a person settles by hand: people that may be one, a value that is written everywhere wrongly, and a workbook
// for those who work in Excel.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ended, work } from "./work.mjs";

const CONTROL = "\uE009";
const DOWN = "\uE015";

/** Compares the people and decides one pair by keyboard alone. */
export async function peopleTwice(window, pictures) {
	await window.click("nav-matching");
	await window.see("matching-empty");
	await work(window, "matching-run");
	await window.see("matching-entity");
	const open = async () => (await window.rpc("matching_view")).entities.filter((one) => one.open > 0);
	const [first] = await open();
	assert.ok(first, "the made-up school has people who may be one");
	await window.choose("matching-entity", first.entity);
	await window.see("matching-case");
	await pictures("matching");
	await window.keys(DOWN);
	await window.keys("s");
	const now = async () => (await window.rpc("matching_view")).entities.find((one) => one.entity === first.entity);
	await window.until("the pair to be one person", async () => (await now()).merged === first.merged + 1);
	assert.ok((await now()).open < first.open, "a pair less to look at");
	for (const [tab, seen] of [["families", "matching-families"], ["orphans", "matching-orphans"], ["gaps", "matching-gaps"]]) {
		await window.click(`tab-${tab}`);
		await window.until(seen, async () => (await window.all(seen)).length === 1);
		await pictures(`matching-${tab}`);
	}
}

/** How many pupils live in a town. */
async function living(window, town) {
	const page = await window.rpc("facets_page", { entity: "students", field: "city", text: town, order: "count", offset: 0, limit: 50 });
	return page.values.find((one) => one.value === town)?.records ?? 0;
}

/** Replaces a town everywhere, saves that as a recipe, undoes it by keyboard, and has the recipe do it again. */
export async function findAndReplace(window, folder, pictures) {
	const towns = await window.rpc("facets_page", { entity: "students", field: "city", text: "", order: "count", offset: 0, limit: 1 });
	const [{ value: town, records }] = towns.values;
	const changed = `${town} Baharu`;
	await window.click("nav-cleanse");
	await window.click("tab-values");
	await window.see("facets");
	await pictures("cleanse-values");
	await window.click("tab-spellings");
	await work(window, "cluster-find");
	await pictures("cleanse-spellings");
	await window.click("tab-replace");
	await window.choose("column-entity", "students");
	await window.choose("column-field", "city");
	await window.type("replace-find", town);
	await window.type("replace-with", changed);
	await window.choose("replace-how", "cell");
	await work(window, "replace-preview");
	await window.see("replace-apply");
	await pictures("cleanse-replace");
	assert.equal(await living(window, town), records, "nothing is replaced before it was shown");
	await work(window, "replace-apply");
	assert.deepEqual([await living(window, town), await living(window, changed)], [0, records]);
	const recipe = join(folder, "resipi.json");
	await window.click("tab-recipes");
	await window.see("recipe-name");
	window.answer(recipe);
	await window.click("recipe-save-as");
	await window.until("the recipe", () => existsSync(recipe));
	await window.click("nav-history");
	await window.see("history-steps");
	await ended(window, "Ctrl Z", () => window.chord(CONTROL, "z"));
	assert.equal(await living(window, town), records, "the step is undone");
	await pictures("history-undone");
	await window.click("nav-cleanse");
	await window.click("tab-recipes");
	await window.see("recipe-open");
	window.answer(recipe);
	await work(window, "recipe-open");
	await window.see("recipe-apply");
	await pictures("cleanse-recipes");
	await work(window, "recipe-apply");
	assert.equal(await living(window, changed), records, "the recipe does it again");
}

/** The findings as a workbook in the school's own layout; brought back untouched, it changes nothing. */
export async function handOut(window, folder, pictures) {
	const book = join(folder, "pembetulan.xlsx");
	await window.click("nav-validate");
	await window.see("validate-workbook");
	window.answer(book);
	await work(window, "workbook-out");
	assert.equal(readFileSync(book).subarray(0, 2).toString(), "PK", "a workbook was written");
	const before = await window.rpc("validate_view");
	window.answer(book);
	await work(window, "workbook-back");
	await pictures("validate-workbook");
	assert.equal((await window.rpc("validate_view")).criticalFindings, before.criticalFindings, "what nobody corrected stays");
	await window.click("tab-causes");
	await window.see("validate-causes");
	await pictures("validate-causes");
}
