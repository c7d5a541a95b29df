import { expect, test } from 'bun:test';
import { StepList } from './builder.ts';
import { planHostName } from './host-name.ts';
import { planLoopback } from './loopback.ts';
import { namespaces, type TestInput, testInput } from './testing/plan-input.ts';
import { madeCalls } from './testing/plan-run.ts';

function callsOf(plan: (steps: StepList, input: TestInput) => void, input: TestInput): string[] {
  const steps = new StepList();
  plan(steps, input);
  return madeCalls(steps.steps);
}

test('names are set with their length in bytes', () => {
  expect(callsOf(planHostName, testInput({ hostname: 'box', domainname: 'münchen' }))).toEqual([
    'sethostname("box", 3)',
    'setdomainname("münchen", 8)',
  ]);
  expect(callsOf(planHostName, testInput({ hostname: '' }))).toEqual([]);
});

test('the loopback device is brought up in a network of the container only', () => {
  const calls = callsOf(planLoopback, testInput());
  expect(calls[0]).toBe('socket(AF_INET, SOCK_DGRAM|O_CLOEXEC, 0)');
  expect(calls[1]).toStartWith('ioctl(#, SIOCSIFFLAGS, ');
  expect(callsOf(planLoopback, testInput({ linux: { namespaces: namespaces('mount', 'uts') } }))).toEqual([]);
});
