import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, NOT_YET } from './command-table.ts';

const main = join(import.meta.dirname, '../main.ts');
const folder = mkdtempSync(join(tmpdir(), 'ocirun-command-line-'));
const root = join(folder, 'root');
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs ocirun as a program of its own, below a root directory that does not exist. */
function ocirun(args: readonly string[], environment: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, main, ...args], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdin: 'ignore',
  });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

const message = (record: string) => /^time="[^"]+Z" level=error msg=(.*)\n$/.exec(record)?.[1];

describe('help', () => {
  test.each([[[]], [['help']], [['h']], [['--help']], [['-h']], [['--debug', 'help']]])(
    '%j lists the commands',
    (args) => {
      const { exitCode, stdout, stderr } = ocirun(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    },
  );

  test('every command has help, by each way to ask for it', () => {
    for (const name of Object.keys(COMMANDS)) {
      const { exitCode, stdout, stderr } = ocirun([name, '--help']);
      expect({ name, exitCode, stderr }).toEqual({ name, exitCode: 0, stderr: '' });
      expect(stdout).toStartWith(`Usage: ocirun ${name} [flags]`);
    }
    const { stdout } = ocirun(['kill', '--help']);
    for (const args of [
      ['kill', '-h'],
      ['help', 'kill'],
      ['h', 'kill'],
      ['--help', 'kill'],
    ]) {
      expect(ocirun(args).stdout).toBe(stdout);
    }
  });
});

describe('mistakes', () => {
  test.each<[string[], number, string]>([
    [['nonsense'], 3, `"No help topic for 'nonsense'"`],
    [['help', 'nonsense'], 3, `"No help topic for 'nonsense'"`],
    [['constructor'], 3, `"No help topic for 'constructor'"`],
    [['init'], 1, '"\\"init\\" is reserved for ocirun itself"'],
    [['--log-format', 'xml', 'state', 'x'], 1, '"invalid log-format: xml"'],
    [['--root', '/', 'state', 'x'], 1, '"Option --root argument should not be set to /"'],
    [
      ['--systemd-cgroup', 'state', 'x'],
      1,
      '"--systemd-cgroup is not supported yet: cgroups are made without systemd"',
    ],
    [['kill', 'x', 'NOSUCH'], 1, '"unknown signal \\"NOSUCH\\""'],
    [['list', '--format', 'xml'], 1, '"invalid format option"'],
    [
      ['run', '--bundle', '/nonexistent', 'x'],
      1,
      '"ocirun run failed: chdir \\"/nonexistent\\": no such file or directory"',
    ],
    [['create', '--bundle', '/dev/null', 'x'], 1, '"ocirun create failed: chdir \\"/dev/null\\": not a directory"'],
    [['create', '--pidfd-socket', '/s', 'x'], 1, '"ocirun create failed: --pidfd-socket is not supported yet"'],
    [['create', '--preserve-fds', '-1', 'x'], 1, '"invalid value \\"-1\\" for flag -preserve-fds: parse error"'],
  ])('%j', (args, exitCode, text) => {
    const result = ocirun(args);
    expect({ ...result, stderr: message(result.stderr) }).toEqual({ exitCode, stdout: '', stderr: text });
  });

  test.each<[string[], string, string]>([
    [['--nonsense'], 'flag provided but not defined: -nonsense', 'Commands:'],
    [['--root'], 'flag needs an argument: --root', 'Commands:'],
    [['--debug=perhaps', 'list'], 'invalid boolean value "perhaps" for -debug: parse error', 'Commands:'],
    [['state', '--root', '/x', 'y'], 'flag provided but not defined: -root', 'Usage: ocirun state'],
    [['create', 'x', '--bundle'], 'flag needs an argument: --bundle', 'Usage: ocirun create'],
    [['state'], `${main}: "state" requires exactly 1 argument(s)`, 'Usage: ocirun state'],
    [['state', 'x', 'y'], `${main}: "state" requires exactly 1 argument(s)`, 'Usage: ocirun state'],
    [['kill'], `${main}: "kill" requires a minimum of 1 argument(s)`, 'Usage: ocirun kill'],
    [['kill', 'x', '9', 'y'], `${main}: "kill" requires a maximum of 2 argument(s)`, 'Usage: ocirun kill'],
  ])('%j is answered with help', (args, text, help) => {
    const { exitCode, stdout, stderr } = ocirun(args);
    expect(exitCode).toBe(1);
    expect(stdout).toStartWith(`Incorrect Usage: ${text}\n\n`);
    expect(stdout).toContain(help);
    expect(stderr).toContain(`level=error msg=${JSON.stringify(text)}\n`);
  });

  test('commands that do not exist yet say so, --help too, so that nobody takes them for supported', () => {
    for (const [name, status] of Object.entries(NOT_YET)) {
      for (const args of [[name], [name, 'x'], [name, '--help'], ['--rootless=false', name, '--unknown']]) {
        const { exitCode, stdout, stderr } = ocirun(args);
        expect({ args, exitCode, stdout }).toEqual({ args, exitCode: status, stdout: '' });
        expect(message(stderr)).toBe(`"ocirun ${name} is not supported yet"`);
      }
    }
    expect(NOT_YET.exec).toBe(255);
  });
});

describe('the log', () => {
  test('json records are appended to the file, and the message alone goes to stderr', () => {
    const log = join(folder, 'log.json');
    const args = ['--root', root, '--log', log, '--log-format', 'json', 'state', 'gone'];
    for (let turn = 0; turn < 2; turn++) {
      expect(ocirun(args)).toEqual({ exitCode: 1, stdout: '', stderr: 'container does not exist\n' });
    }
    const records = readFileSync(log, 'utf8').split('\n');
    expect(records).toHaveLength(3);
    for (const record of records.slice(0, 2)) {
      const { time, ...rest } = JSON.parse(record);
      expect(rest).toEqual({ level: 'error', msg: 'container does not exist' });
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    }
    expect(statSync(log).mode & 0o777 & ~0o644).toBe(0);
  });

  test('mistakes in the flags of a command are logged as well', () => {
    const log = join(folder, 'usage.json');
    const { exitCode, stderr } = ocirun([`--log=${log}`, '-log-format=json', 'create', '--nonsense', 'x']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'flag provided but not defined: -nonsense\n' });
    expect(JSON.parse(readFileSync(log, 'utf8')).msg).toBe('flag provided but not defined: -nonsense');
  });

  test('--debug adds where an error was thrown', () => {
    const { stderr } = ocirun(['--debug', '--root', root, 'state', 'gone']);
    expect(stderr).toMatch(
      /^time=.* level=debug msg="RuntimeError: .*\n.* level=error msg="container does not exist"\n$/,
    );
  });

  test('a log that cannot be opened ends the command', () => {
    const { exitCode, stderr } = ocirun(['--log', join(folder, 'no/such/folder'), 'spec']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no such file or directory');
    expect(readdirSync(folder)).not.toContain('config.json');
  });

  test('names out of a command line cannot forge a record', () => {
    const { stderr } = ocirun(['kill', 'x', 'A\ntime="0" level=info msg=forged']);
    expect(stderr.split('\n')).toHaveLength(2);
  });
});

describe('answers', () => {
  test('list without containers', () => {
    expect(ocirun(['list', '-q'], { XDG_RUNTIME_DIR: folder })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('spec writes config.json once, readable by others as far as the umask lets', () => {
    const bundle = mkdtempSync(join(folder, 'bundle-'));
    expect(ocirun(['spec', '-b', bundle])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const file = join(bundle, 'config.json');
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readFileSync(file, 'utf8')).toStartWith('{\n\t"ociVersion": "1.3.0",\n\t"process": {');
    writeFileSync(file, 'mine');
    const { exitCode, stderr } = ocirun(['spec', '--bundle', bundle]);
    expect({ exitCode, text: message(stderr) }).toEqual({
      exitCode: 1,
      text: '"File config.json exists. Remove it first"',
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('an answer that cannot be written is a failure', () => {
    for (const args of [['--version'], ['features'], ['help']]) {
      const { exitCode, stderr } = Bun.spawnSync([process.execPath, main, ...args], { stdout: Bun.file('/dev/full') });
      expect({ args, exitCode }).toEqual({ args, exitCode: 1 });
      expect(message(stderr.toString())).toContain(
        'cannot write to standard output: write fd 1: no space left on device',
      );
    }
  });
});
