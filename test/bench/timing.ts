import { command, type Rival, type Workplace } from './rivals.ts';
import { type Summary, summarise } from './statistics.ts';

/** Something whose time is measured: the command line for a rival. */
export interface Task {
  readonly name: string;
  readonly times: number;
  readonly commandOf: (rival: Rival) => readonly string[];
}

const WARM_UP = 3;
const PARALLEL = 8;

/** What `sh -c` runs to make, start and remove a container: the same three commands for everyone. */
const LIFECYCLE =
  '"$0" --root "$1" create --bundle "$2" "$3" && "$0" --root "$1" start "$3" && "$0" --root "$1" delete --force "$3"';

/** Runs a script eight times at once, with ids of its own for each, and waits for all. */
const atOnce = (script: string) =>
  `pids=; for i in $(seq ${PARALLEL}); do sh -c '${script}' "$0" "$1" "$2" "$3-$i" & pids="$pids $!"; done; for p in $pids; do wait $p || exit 1; done`;
const RUN = '"$0" --root "$1" run --bundle "$2" "$3"';

/** All tasks, in the order of the table. `state` asks for a container that must be there under that id. */
export function tasks(workplace: Workplace, stateId: string, options: { runs: number; batches: number }): Task[] {
  const { bundle } = workplace;
  const { runs, batches } = options;
  const shell = (script: string, id: string) => (rival: Rival) => {
    const [path = '', , root = ''] = command(rival, workplace);
    return ['sh', '-c', script, path, root, bundle, id];
  };
  return [
    { name: '`--version`', times: runs, commandOf: ({ path }) => [path, '--version'] },
    { name: '`state`', times: runs, commandOf: (rival) => command(rival, workplace, 'state', stateId) },
    {
      name: '`run`',
      times: runs,
      commandOf: (rival) => command(rival, workplace, 'run', '--bundle', bundle, 'run'),
    },
    { name: '`create`, `start`, `delete`', times: runs, commandOf: shell(LIFECYCLE, 'life') },
    { name: `${PARALLEL} × \`run\` at once`, times: batches, commandOf: shell(atOnce(RUN), 'runs') },
    {
      name: `${PARALLEL} × \`create\`, \`start\`, \`delete\` at once`,
      times: batches,
      commandOf: shell(atOnce(LIFECYCLE), 'lives'),
    },
  ];
}

/** Milliseconds of a whole process, from before its spawn to after its end. @throws when it fails */
export function timeOf(args: readonly string[], environment: Readonly<Record<string, string>> = {}): number {
  const options = {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'ignore'] as ['ignore', 'ignore', 'ignore'],
  };
  const begin = performance.now();
  const child = Bun.spawnSync([...args], options);
  const end = performance.now();
  if (!child.success) throw new Error(`${args.join(' ')}: ${failureOf(args, environment)}`);
  return end - begin;
}

/** The command once more, to hear what it says. */
function failureOf(args: readonly string[], environment: Readonly<Record<string, string>>): string {
  const child = Bun.spawnSync([...args], { env: { ...process.env, ...environment }, stdin: 'ignore' });
  return child.success ? 'failed once, and not again' : child.stderr.toString().trim();
}

/** Times a task for each rival in turn, beginning with another one each time, so that all meet the same noise. */
export function timeTask(task: Task, rivals: readonly Rival[]): Map<string, Summary> {
  const values = new Map(rivals.map(({ name }) => [name, [] as number[]]));
  for (let turn = -WARM_UP; turn < task.times; turn++) {
    for (let place = 0; place < rivals.length; place++) {
      const rival = rivals[(place + turn + WARM_UP) % rivals.length];
      if (!rival) continue;
      const milliseconds = timeOf(task.commandOf(rival), rival.environment);
      if (turn >= 0) values.get(rival.name)?.push(milliseconds);
    }
  }
  return new Map([...values].map(([name, list]) => [name, summarise(list)]));
}
