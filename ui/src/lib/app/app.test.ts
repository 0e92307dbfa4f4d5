import { describe, expect, it } from "vitest";
import { TREATMENT, toErrorView, treatmentOf } from "$lib/errors/errors";
import type { JobView } from "$lib/rpc/generated/JobView";
import { strengthOf } from "$lib/shared/strength";
import { pressed } from "./actions.svelte";
import { busy, dismissDone, jobs, jobsEnded, take } from "./jobs.svelte";
import { hrefOf, parsePlace } from "./router.svelte";

describe("places", () => {
	it("are read from the address and written to it", () => {
		expect(parsePlace("#/mapping/3")).toEqual({ stage: "mapping", parts: ["3"] });
		expect(parsePlace(""), "nothing is home").toEqual({ stage: "home", parts: [] });
		expect(parsePlace(hrefOf("validate", "tarikh/lahir 1"))).toEqual({ stage: "validate", parts: ["tarikh/lahir 1"] });
	});
});

describe("keys", () => {
	const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key, ...more });

	it("are told apart by what is held", () => {
		expect(pressed(press("k", { ctrlKey: true }), "Ctrl K")).toBe(true);
		expect(pressed(press("k"), "Ctrl K")).toBe(false);
		expect(pressed(press("?", { shiftKey: true }), "?")).toBe(true);
		expect(pressed(press("¡", { altKey: true, code: "Digit1" }), "Alt 1"), "a layout that writes another sign").toBe(true);
	});
});

describe("errors", () => {
	it("keep what the application said, and make a fault of anything else", () => {
		const said = { code: "DiskFull", message: "m", hint: "h", detail: "", written: true };
		expect(toErrorView(said)).toBe(said);
		expect(toErrorView(new TypeError("x")).code).toBe("Bug");
		expect(treatmentOf({ ...said, code: "NeverHeardOf" }).report).toBe(true);
		expect(TREATMENT.Cancelled?.weight).toBe("quiet");
	});
});

describe("jobs", () => {
	const job = (state: string, done: number): JobView => ({ job: "1", kind: "import", title: "", done, total: 10, unit: "", step: "", secondsLeft: null, state, sentence: "", result: null, error: null });

	it("go on until they end, and an event that comes late changes nothing", () => {
		const before = jobsEnded();
		take(job("running", 1));
		expect(busy("import")).toBe(true);
		take(job("done", 10));
		take(job("running", 5));
		take(job("done", 10));
		expect(busy()).toBe(false);
		expect(jobs().map((one) => one.done)).toEqual([10]);
		expect(jobsEnded() - before, "an end counts once").toBe(1);
		take({ ...job("failed", 3), job: "2" });
		dismissDone();
		expect(jobs().map((one) => one.job), "what failed stays until somebody has read it").toEqual(["2"]);
	});
});

describe("the strength of a passphrase", () => {
	it("grows with length and variety, not with a guessed word", () => {
		expect(["", "abc", "password1234", "kucing hitam", "rambutan merah di pagi hari"].map(strengthOf)).toEqual(["empty", "short", "weak", "fair", "strong"]);
	});
});
