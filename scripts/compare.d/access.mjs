// Reads an Access file with mdb-reader, which knows the passwords that mdb-export does not. Usage: access.mjs FILE
// [PASSWORD]. Prints a line of JSON for each table: its name, its columns, and its rows in the common notation of
// readers.py. The folder of mdb-reader stands in DAFTAR_COMPARE_NODE.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.DAFTAR_COMPARE_NODE}/package.json`);
const { default: MDBReader } = await import(require.resolve("mdb-reader"));

/** A value in the common notation; what is below a second is the error of Access' fraction of a day. */
function plain(value) {
	if (value === null || value === undefined) return "";
	if (value instanceof Date) return moment(new Date(Math.round(value.getTime() / 1000) * 1000));
	if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
	return String(value);
}

function moment(date) {
	const text = date.toISOString().replace(/\.000Z$/, "");
	return text.startsWith("1899-12-30T") ? text.slice(11) : text.replace(/T00:00:00$/, "");
}

const [path, password] = process.argv.slice(2);
const base = new MDBReader(readFileSync(path), { password });
for (const name of base.getTableNames()) {
	const table = base.getTable(name);
	const columns = table.getColumnNames();
	const rows = table.getData().map((row) => columns.map((column) => plain(row[column])));
	console.log(JSON.stringify({ name, columns, rows }));
}
