// A small WebDriver client over fetch, and the window it drives: no library between the test and the window.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** A free port of this computer. */
async function freePort() {
	return new Promise((found, failed) => {
		const server = net.createServer();
		server.once("error", failed);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => found(port));
		});
	});
}

/** Starts WebKitWebDriver and, through it, the window. `answers` is the file that answers file dialogs. */
export async function openWindow(binary, folder, extra = {}) {
	const port = await freePort();
	const config = join(folder, "config");
	mkdirSync(config, { recursive: true });
	const env = {
		...process.env,
		TAURI_AUTOMATION: "true",
		TAURI_WEBVIEW_AUTOMATION: "true",
		DAFTAR_SEVERAL_WINDOWS: "1",
		DAFTAR_TEST_CHEAP_KEYS: "1",
		DAFTAR_CONFIG_DIR: config,
		DAFTAR_DOCUMENTS_DIR: folder,
		DAFTAR_DIALOG_ANSWERS: join(folder, "answers"),
		HOME: folder,
		XDG_DATA_HOME: join(folder, "data"),
		...extra,
	};
	delete env.WEBKIT_DISABLE_DMABUF_RENDERER;
	delete env.WEBKIT_DISABLE_COMPOSITING_MODE;
	writeFileSync(env.DAFTAR_DIALOG_ANSWERS, "");
	const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], { env, stdio: "ignore" });
	const client = new Window(`http://127.0.0.1:${port}`, driver, env.DAFTAR_DIALOG_ANSWERS);
	await client.begin(binary);
	return client;
}

/** An open window. */
class Window {
	constructor(base, driver, answers) {
		Object.assign(this, { base, driver, answers, session: null });
	}

	async ask(method, path, body) {
		const response = await fetch(`${this.base}${path}`, {
			method,
			headers: { "content-type": "application/json" },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const { value } = await response.json();
		if (!response.ok) throw new Error(`${method} ${path}: ${value?.error} ${value?.message ?? ""}`);
		return value;
	}

	async begin(binary) {
		const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary } } };
		for (let tries = 0; ; tries += 1) {
			try {
				const { sessionId } = await this.ask("POST", "/session", { capabilities });
				this.session = `/session/${sessionId}`;
				return;
			} catch (error) {
				if (tries > 100 || !/fetch failed/.test(String(error))) throw error;
				await wait(100);
			}
		}
	}

	do(method, path, body) {
		return this.ask(method, this.session + path, body);
	}

	/** Runs a function body in the page. */
	run(script, ...args) {
		return this.do("POST", "/execute/sync", { script, args });
	}

	/** Calls a use case from inside the page, as the screens do. */
	async rpc(command, payload = {}) {
		const script =
			"const [command, payload, done] = arguments; window.__TAURI_INTERNALS__.invoke('rpc', { cmd: command, payload })" +
			".then((value) => done({ value }), (error) => done({ error }));";
		const { value, error } = await this.do("POST", "/execute/async", { script, args: [command, payload] });
		if (error) throw new Error(`${command}: ${error.message}`);
		return value;
	}

	/** The elements with this test id, or that fit this CSS selector where it begins with one. */
	async all(id) {
		const css = /^[.#[a-z]+[[.#\s:>]/.test(id) ? id : `[data-testid="${id}"]`;
		const found = await this.do("POST", "/elements", { using: "css selector", value: css });
		return found.map((element) => element[ELEMENT]);
	}

	/** Waits until `ask` answers something true. */
	async until(what, ask, ms = 20000) {
		const end = Date.now() + ms;
		for (let last; ; ) {
			try {
				const answer = await ask();
				if (answer) return answer;
			} catch (error) {
				last = error;
			}
			if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}${last ? ` (${last.message})` : ""}`);
			await wait(60);
		}
	}

	/** Waits for the element with this test id. */
	see(id, ms) {
		return this.until(id, async () => (await this.all(id))[0], ms);
	}

	/** Waits until there is none. */
	gone(id, ms) {
		return this.until(`no ${id}`, async () => (await this.all(id)).length === 0, ms);
	}

	/** Clicks once the element is there and may be used. */
	async click(id, ms) {
		await this.until(`a click on ${id}`, async () => {
			const element = await this.see(id, 2000);
			if (!(await this.do("GET", `/element/${element}/enabled`))) return false;
			await this.do("POST", `/element/${element}/click`, {});
			return true;
		}, ms);
	}

	/** Types into a field in place of what stood there. */
	async type(id, text) {
		const element = await this.see(id);
		await this.do("POST", `/element/${element}/clear`, {});
		await this.do("POST", `/element/${element}/value`, { text });
	}

	async text(id) {
		return this.do("GET", `/element/${await this.see(id)}/text`);
	}

	/** Presses keys one after the other, whatever has the focus. */
	async keys(...keys) {
		const actions = keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
		await this.do("POST", "/actions", { actions: [{ type: "key", id: "keys", actions }] });
	}

	/** Presses keys together, such as Control and Z. */
	async chord(...keys) {
		const down = keys.map((value) => ({ type: "keyDown", value }));
		const up = keys.toReversed().map((value) => ({ type: "keyUp", value }));
		await this.do("POST", "/actions", { actions: [{ type: "key", id: "keys", actions: [...down, ...up] }] });
	}

	/** Chooses from a list by its value. */
	async choose(id, value) {
		await this.click(`select[data-testid="${id}"] option[value="${value}"]`);
		await this.until(`${id} to be ${value}`, () => this.run("return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.value === arguments[1]", id, value));
	}

	/** Answers the next file dialog. */
	answer(...paths) {
		writeFileSync(this.answers, `${paths.join("|")}\n`);
	}

	async screenshot(file) {
		writeFileSync(file, Buffer.from(await this.do("GET", "/screenshot"), "base64"));
	}

	async close() {
		try {
			await this.do("DELETE", "");
		} catch {
			// A window that closed itself is closed.
		}
		this.driver.kill("SIGTERM");
	}
}

/** A folder that belongs to one test. */
export function scratch(name) {
	return mkdtempSync(join(tmpdir(), `daftar-${name}-`));
}
