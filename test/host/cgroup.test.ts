import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostTests, procfs } from '../support/host.ts';
import { cgroupRoot, cgroupsNamed, processesIn } from '../support/leftovers.ts';

const cgroupOf = (pid: number) => /^0::(.*)$/m.exec(procfs(`${pid}/cgroup`))?.[1] ?? '';

hostTests('the cgroup of a container', (host) => {
  test('is named after the container where config.json names none, and holds init alone', () => {
    const h = host();
    const id = h.create(h.bundle());
    const { pid } = h.state(id);
    const own = cgroupOf(process.pid);
    expect(cgroupOf(pid)).toBe(`${own.slice(0, own.lastIndexOf('/'))}/${id}`);
    expect(processesIn(join(cgroupRoot, cgroupOf(pid)))).toEqual([pid]);
    h.succeed(['delete', id]);
  });

  test.each([
    ['/%s', '/%s'],
    ['/%s/b/c', '/%s/b/c'],
    ['%s-a/b', '/%s-a/b'],
    ['/../../%s', '/%s'],
    ['/%s/../%s-x', '/%s-x'],
  ])('is at linux.cgroupsPath: %s', (wanted, expected) => {
    const h = host();
    const id = h.id();
    const named = (text: string) => text.replaceAll('%s', id);
    h.create(h.bundle({ linux: { cgroupsPath: named(wanted) } }), id);
    expect(cgroupOf(h.state(id).pid)).toBe(named(expected));
    h.succeed(['delete', id]);
    expect(cgroupsNamed(id)).toEqual([]);
  });

  test('leaves the directories above that were there before', () => {
    const h = host();
    const [id, above] = [h.id(), h.id('above')];
    mkdirSync(join(cgroupRoot, above));
    h.create(h.bundle({ linux: { cgroupsPath: `/${above}/new/${id}` } }), id);
    h.succeed(['delete', id]);
    expect(cgroupsNamed(above)).toEqual([join(cgroupRoot, above)]);
    rmdirSync(join(cgroupRoot, above));
  });

  test('that has processes is refused', () => {
    const h = host();
    const first = h.create(h.bundle({ linux: { cgroupsPath: `/${h.id('shared')}` } }));
    const cgroupsPath = cgroupOf(h.state(first).pid);
    const message = h.fail(['create', '--bundle', h.bundle({ linux: { cgroupsPath } }), h.id()]);
    expect(message).toContain("container's cgroup is not empty: 1 process(es) found");
    expect(h.state(first).status).toBe('created');
    h.succeed(['delete', first]);
  });

  test('that is frozen is refused', () => {
    const h = host();
    const name = h.id('frozen');
    mkdirSync(join(cgroupRoot, name));
    Bun.write(join(cgroupRoot, name, 'cgroup.freeze'), '1');
    const message = h.fail(['create', '--bundle', h.bundle({ linux: { cgroupsPath: `/${name}` } }), h.id()]);
    expect(message).toContain("container's cgroup unexpectedly frozen");
    rmdirSync(join(cgroupRoot, name));
  });

  test('is removed with the cgroups that the container made inside', () => {
    const h = host();
    const id = h.id();
    h.create(h.bundle(), id);
    const path = join(cgroupRoot, cgroupOf(h.state(id).pid));
    mkdirSync(join(path, 'a/b'), { recursive: true });
    h.succeed(['delete', id]);
  });

  test.each(['/', '.', '/..'])('is refused at the root: %s', (cgroupsPath) => {
    const h = host();
    expect(h.fail(['create', '--bundle', h.bundle({ linux: { cgroupsPath } }), h.id()])).toContain('linux.cgroupsPath');
  });

  test.each<[string, object]>([
    ['memory.limit', { memory: { limit: 1_000_000 } }],
    ['cpu.quota', { cpu: { quota: 10_000 } }],
    ['pids.limit', { pids: { limit: 10 } }],
    ['unified', { unified: { 'memory.max': '1M' } }],
  ])('refuses the limit %s by its name', (path, resources) => {
    const h = host();
    const message = h.fail(['create', '--bundle', h.bundle({ linux: { resources } }), h.id()]);
    expect(message).toContain(`linux.resources.${path}`);
  });
});

hostTests('process.oomScoreAdj', (host) => {
  test.each([0, 500, 1000])('is %p in the container', (oomScoreAdj) => {
    expect(host().output('cat /proc/self/oom_score_adj', { process: { oomScoreAdj } })).toBe(String(oomScoreAdj));
  });

  test('is that of the caller where config.json says nothing', () => {
    const own = readFileSync('/proc/self/oom_score_adj', 'utf8').trim();
    expect(host().output('cat /proc/self/oom_score_adj')).toBe(own);
  });

  test.each([1001, -1001, 1.5, '5'])('%p is refused', (oomScoreAdj) => {
    const h = host();
    expect(h.fail(['create', '--bundle', h.bundle({ process: { oomScoreAdj } }), h.id()])).toContain(
      'process.oomScoreAdj',
    );
  });
});
