// Made-up answers for working on the screens in a browser, without the shell. Never part of a build:
// only `rpc.ts` loads it, in development. `?open` in the address begins inside the made-up school.
import type { Commands } from "../commands";
import type { JobView } from "../generated/JobView";
import { checkMock } from "./check";
import { importMock } from "./import";
import { mappingMock } from "./mapping";
import { matchingMock } from "./matching";
import { profileMock } from "./profile";
import { projectMock } from "./project";
import { pushMock } from "./push";
import { recordsMock } from "./records";
import { usersMock } from "./users";

export type Handlers = { [C in keyof Commands]?: (args: Commands[C]["args"]) => Commands[C]["result"] };

/** Answers by command. The mock of another stage is one line here. */
const HANDLERS: Handlers = { ...projectMock, ...importMock, ...mappingMock, ...matchingMock, ...recordsMock, ...checkMock, ...pushMock, ...profileMock, ...usersMock };

const listeners = new Set<(job: JobView) => void>();
const running = new Map<string, JobView>();

/** Answers a command after a moment, as the application would. */
export async function mockRpc<C extends keyof Commands>(cmd: C, args: Commands[C]["args"]): Promise<Commands[C]["result"]> {
	await new Promise((resolve) => setTimeout(resolve, 60));
	if (cmd === "job_list") return [...running.values()] as Commands[C]["result"];
	if (cmd === "job_cancel") return stop((args as { job: string }).job) as Commands[C]["result"];
	const handler = HANDLERS[cmd];
	if (!handler) throw { code: "Bug", message: `No made-up answer for ${cmd}`, hint: "", detail: cmd, written: false };
	return handler(args);
}

export function mockJobs(heard: (job: JobView) => void): () => void {
	listeners.add(heard);
	return () => listeners.delete(heard);
}

function tell(job: JobView): void {
	running.set(job.job, job);
	for (const heard of listeners) heard(job);
}

function stop(job: string): Record<symbol, never> {
	const view = running.get(job);
	if (view) tell({ ...view, state: "cancelled" });
	return {};
}

type MockJob = { kind: string; title: string; total: number; unit: string; sentence: string; result: () => unknown; ms?: number };

/** Starts a made-up job: it counts up and ends with `result`. */
export function startMockJob({ kind, title, total, unit, sentence, result, ms = 1500 }: MockJob): { job: string } {
	const job = `job-${running.size + 1}`;
	const view: JobView = { job, kind, title, done: 0, total, unit, step: kind === "push" ? "upload" : "", secondsLeft: null, state: "running", sentence: "", result: null, error: null };
	const began = Date.now();
	tell(view);
	const timer = setInterval(() => {
		if (running.get(job)?.state !== "running") return clearInterval(timer);
		const share = Math.min(1, (Date.now() - began) / ms);
		if (share < 1) return tell({ ...view, done: Math.round(total * share), secondsLeft: Math.ceil((ms * (1 - share)) / 1000) });
		clearInterval(timer);
		tell({ ...view, done: total, state: "done", sentence, result: JSON.stringify(result()) });
	}, 100);
	return { job };
}
