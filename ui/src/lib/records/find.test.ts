import { describe, expect, it } from "vitest";
import { type Ask, findRow } from "./find";

const ask: Ask = { entity: "students", text: "", show: "all", check: "", field: null, value: null, sort: null, descending: false };
const list = (total: number) => {
	const asked: number[] = [];
	const read = (offset: number) => {
		asked.push(offset);
		const rows = Array.from({ length: Math.min(500, total - offset) }, (_, at) => ({ record: 9_000 - offset - at, source: "", state: "active", cells: [] }));
		return Promise.resolve({ total, columns: [], rows });
	};
	return { asked, read };
};

describe("looking for a record", () => {
	it("finds the row on a later page and stops there", async () => {
		const { asked, read } = list(2_000);
		expect(await findRow(ask, 9_000 - 777, read)).toBe(777);
		expect(asked).toEqual([0, 500]);
	});
	it("ends with the list", async () => {
		const { asked, read } = list(600);
		expect(await findRow(ask, 1, read)).toBeNull();
		expect(asked, "no page beyond the last").toEqual([0, 500]);
	});
	it("does not read a million rows", async () => {
		const { asked, read } = list(1_000_000);
		expect(await findRow(ask, -5_000_000, read)).toBeNull();
		expect(asked.length).toBe(40);
	});
});
