#!/usr/bin/env node
import { runCommandLine } from './commands/command-line.ts';
import { ownInvocation } from './commands/invocation.ts';

// Nothing is written through the engine's streams, so nothing is lost by an exit that does not wait for them.
runCommandLine(ownInvocation()).then((status) => process.exit(status));
