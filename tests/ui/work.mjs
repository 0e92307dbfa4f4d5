// Long work in the window: started, and waited for.
import assert from "node:assert/strict";

/** Clicks what starts a job, and waits until that job has ended. */
export function work(window, id) {
	return ended(window, id, () => window.click(id));
}

/** Does what starts a job, and waits until that job has ended. */
export async function ended(window, what, start) {
	const jobs = () => window.rpc("job_list");
	const before = (await jobs()).length;
	await start();
	const over = async () => {
		const now = await jobs();
		return now.length > before && now.every((job) => job.state !== "running") && now[0];
	};
	const job = await window.until(`the job of ${what}`, over, 60000);
	assert.equal(job.state, "done", `${what}: ${job.sentence}`);
}
