// Long work: what runs, what came of it, and waiting for it without blocking the window.
import { toErrorView } from "$lib/errors/errors";
import type { ErrorView } from "$lib/rpc/generated/ErrorView";
import type { JobView } from "$lib/rpc/generated/JobView";
import { type Args, type Command, onJob, type Result, rpc } from "$lib/rpc/rpc";

type JobCommand = { [C in Command]: Result<C> extends { job: string } ? (Result<C> extends JobView ? never : C) : never }[Command];

/** How a job ended; `result` is the document the command's list names. */
export type Outcome<T> = { state: string; sentence: string; result: T | null; error: ErrorView | null };

/** How often the list of jobs is read while one runs, in case an event was lost; in milliseconds. */
const LOOK_EVERY = 2_000;

/** Jobs that leave nothing to tell: the screen that asked shows what came of them, or why nothing did. */
const QUIET = ["import-inspect"];

const known = $state<{ jobs: JobView[]; dismissed: string[]; ended: number }>({ jobs: [], dismissed: [], ended: 0 });
const waiting = new Map<string, (job: JobView) => void>();

/** Jobs to show, newest last. */
export function jobs(): JobView[] {
	return known.jobs.filter((job) => !known.dismissed.includes(job.job));
}

/** Whether a job of one of these kinds runs; without kinds, any job. */
export function busy(...kinds: string[]): boolean {
	return known.jobs.some((job) => job.state === "running" && (kinds.length === 0 || kinds.includes(job.kind)));
}

/** Grows each time a job ends: whoever shows what jobs change reads again. */
export function jobsEnded(): number {
	return known.ended;
}

/** Takes a finished job out of the strip. */
export function dismiss(job: string): void {
	known.dismissed.push(job);
}

/** Takes what ended well out of the strip: whoever goes on to another screen has seen it. */
export function dismissDone(): void {
	known.dismissed.push(...jobs().filter((job) => job.state === "done").map((job) => job.job));
}

export async function cancel(job: string): Promise<void> {
	await rpc("job_cancel", { job });
}

/** Starts listening; to be called once. */
export async function startJobs(): Promise<void> {
	await onJob(take);
	setInterval(() => void (busy() && lookUp()), LOOK_EVERY);
}

async function lookUp(): Promise<void> {
	try {
		(await rpc("job_list", {})).forEach(take);
	} catch {
		// The next event or the next look tells; a job's own failure comes as its state.
	}
}

/** Takes in a sign of progress; one that comes after the end is dropped. */
export function take(job: JobView): void {
	const at = known.jobs.findIndex((one) => one.job === job.job);
	if (at < 0) known.jobs.push(job);
	else if (known.jobs[at]?.state === "running") known.jobs[at] = job;
	else return;
	if (job.state === "running") return;
	known.ended += 1;
	if (QUIET.includes(job.kind)) dismiss(job.job);
	waiting.get(job.job)?.(job);
	waiting.delete(job.job);
}

/** Runs a command that starts a job and waits for its end. Never rejects: a failure is in the outcome. */
export async function runJob<T>(cmd: JobCommand, args: Args<typeof cmd>): Promise<Outcome<T>> {
	try {
		const { job } = (await rpc(cmd, args as never)) as { job: string };
		const end = await finished(job);
		const result = end.result === null ? null : (JSON.parse(end.result) as T);
		return { state: end.state, sentence: end.sentence, result, error: end.error };
	} catch (thrown) {
		return { state: "failed", sentence: "", result: null, error: toErrorView(thrown) };
	}
}

function finished(job: string): Promise<JobView> {
	const seen = known.jobs.find((one) => one.job === job);
	if (seen && seen.state !== "running") return Promise.resolve(seen);
	return new Promise((resolve) => {
		waiting.set(job, resolve);
		if (!seen) void lookUp();
	});
}
