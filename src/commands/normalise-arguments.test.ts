import { describe, expect, test } from 'bun:test';
import { type FlagSyntax, normaliseArguments } from './normalise-arguments.ts';
import { UsageError } from './usage-error.ts';

const bundle: FlagSyntax = { long: '--bundle', takesValue: true };
const force: FlagSyntax = { long: '--force', takesValue: false };
const noPivot: FlagSyntax = { long: '--no-pivot', takesValue: false };
const table = new Map([
  ['bundle', bundle],
  ['b', bundle],
  ['force', force],
  ['f', force],
  ['no-pivot', noPivot],
]);

const anywhere = (...args: string[]) => normaliseArguments(args, table, 'at-double-dash');
const leading = (...args: string[]) => normaliseArguments(args, table, 'at-first-operand');

describe('flags', () => {
  test.each<[string[], string[], string[]]>([
    [[], [], []],
    [['id'], [], ['id']],
    [['--bundle', '/b', 'id'], ['--bundle=/b'], ['id']],
    [['--bundle=/b', 'id'], ['--bundle=/b'], ['id']],
    [['-bundle', '/b', 'id'], ['--bundle=/b'], ['id']],
    [['-bundle=/b', 'id'], ['--bundle=/b'], ['id']],
    [['-b', '/b', 'id'], ['--bundle=/b'], ['id']],
    [['-b=/b', 'id'], ['--bundle=/b'], ['id']],
    [['--b', '/b', 'id'], ['--bundle=/b'], ['id']],
    [['id', '--bundle', '/b'], ['--bundle=/b'], ['id']],
    [['id', '-f'], ['--force'], ['id']],
    [['--bundle', '--force', 'id'], ['--bundle=--force'], ['id']],
    [['--bundle', '--', 'id'], ['--bundle=--'], ['id']],
    [['--bundle=', 'id'], ['--bundle='], ['id']],
    [['--bundle', '', 'id'], ['--bundle='], ['id']],
    [['--bundle=a=b', 'id'], ['--bundle=a=b'], ['id']],
    [['--bundle', 'a\nb'], ['--bundle=a\nb'], []],
    [['--bundle=1', '--bundle=2'], ['--bundle=1', '--bundle=2'], []],
    [['-no-pivot'], ['--no-pivot'], []],
    [['', 'id'], [], ['', 'id']],
    [['-', 'id'], [], ['-', 'id']],
  ])('%j', (args, flags, operands) => {
    expect(anywhere(...args)).toEqual({ flags, operands });
  });
});

describe('booleans', () => {
  test.each<[string[], string[]]>([
    [['--force=true'], ['--force']],
    [['--force=1'], ['--force']],
    [['--force=T'], ['--force']],
    [['-f=TRUE'], ['--force']],
    [['--force=false'], []],
    [['--force=0'], []],
    [['--force', '--force=false'], []],
    [['--force=false', '--force'], ['--force']],
    [['--force', '--force'], ['--force']],
    [['--no-pivot=false'], []],
    [['-no-pivot=true'], ['--no-pivot']],
  ])('%j', (args, flags) => {
    expect(anywhere(...args).flags).toEqual(flags);
  });

  test('a boolean does not eat the next word', () => {
    expect(anywhere('--force', 'true')).toEqual({ flags: ['--force'], operands: ['true'] });
  });
});

describe('the end of the flags', () => {
  test.each<[string[], string[], string[]]>([
    [['--', '--force'], [], ['--force']],
    [['id', '--', '-f', '--'], [], ['id', '-f', '--']],
    [['-f', '--', 'id', '-f'], ['--force'], ['id', '-f']],
  ])('everywhere but after --: %j', (args, flags, operands) => {
    expect(anywhere(...args)).toEqual({ flags, operands });
  });

  test.each<[string[], string[], string[]]>([
    [['id', '-f'], [], ['id', '-f']],
    [['-f', 'id', '--unknown'], ['--force'], ['id', '--unknown']],
    [['-f', '--', 'id', '--'], ['--force'], ['id', '--']],
    [['id', '--', '9'], [], ['id', '--', '9']],
  ])('at the first operand: %j', (args, flags, operands) => {
    expect(leading(...args)).toEqual({ flags, operands });
  });
});

describe('mistakes', () => {
  test.each([
    [['--unknown'], 'flag provided but not defined: -unknown'],
    [['-unknown'], 'flag provided but not defined: -unknown'],
    [['--unknown=1'], 'flag provided but not defined: -unknown'],
    [['-fb'], 'flag provided but not defined: -fb'],
    [['id', '-9'], 'flag provided but not defined: -9'],
    [['--constructor'], 'flag provided but not defined: -constructor'],
    [['--bundle'], 'flag needs an argument: --bundle'],
    [['id', '-b'], 'flag needs an argument: -b'],
    [['--force=maybe'], 'invalid boolean value "maybe" for -force: parse error'],
    [['--force='], 'invalid boolean value "" for -force: parse error'],
    [['-f=constructor'], 'invalid boolean value "constructor" for -f: parse error'],
    [['---force'], 'bad flag syntax: ---force'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['-=x'], 'bad flag syntax: -=x'],
  ])('%j', (args, message) => {
    expect(() => anywhere(...args)).toThrow(new UsageError(message));
  });
});
