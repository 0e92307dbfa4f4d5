import { describe, expect, it } from "vitest";
import { type Ask, findRow } from "./find";

const ask: Ask = { entity: "students", text: "", show: "all", check: "", field: null, value: null, sort: null, descending: false };

describe("looking for a record", () => {
	it("gives the row that the project names for this very list", async () => {
		const asked: unknown[] = [];
		const position = (list: Ask, record: number) => (asked.push([list, record]), Promise.resolve(777_000));
		expect(await findRow(ask, 9, position)).toBe(777_000);
		expect(asked).toEqual([[ask, 9]]);
	});
	it("says where the list does not show it", async () => {
		expect(await findRow(ask, 9, () => Promise.resolve(null))).toBeNull();
	});
});
