// Calls to the application: typed by the map of commands, carried by the shell.
import { inShell, invokeRpc, listenJobs, type Stop } from "$lib/host/host";
import type { Commands } from "./commands";
import type { JobView } from "./generated/JobView";

export type Command = keyof Commands;
export type Args<C extends Command> = Commands[C]["args"];
export type Result<C extends Command> = Commands[C]["result"];

/** Runs a command. Rejects with an `ErrorView` (see `lib/errors`). */
export async function rpc<C extends Command>(cmd: C, args: Args<C>): Promise<Result<C>> {
	if (import.meta.env.DEV && !inShell()) {
		const { mockRpc } = await import("./mock/mock");
		return mockRpc(cmd, args);
	}
	return (await invokeRpc(cmd, args)) as Result<C>;
}

/** Hears every sign of progress of every job. */
export async function onJob(heard: (job: JobView) => void): Promise<Stop> {
	if (import.meta.env.DEV && !inShell()) {
		const { mockJobs } = await import("./mock/mock");
		return mockJobs(heard);
	}
	return listenJobs((job) => heard(job as JobView));
}
