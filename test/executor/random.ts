/** A seeded generator (xorshift32): the same seed gives the same test. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // A state of 0 would stay 0; the multiplication spreads neighbouring seeds.
    this.state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  }

  /** 32 random bits. */
  word(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }

  /** An integer from 0 up to, but not including, `end`. */
  below(end: number): number {
    return this.word() % end;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** 64 random bits. */
  long(): bigint {
    return (BigInt(this.word()) << 32n) | BigInt(this.word());
  }
}
