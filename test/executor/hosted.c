/*
 * executor.c in an ordinary process, for sanitizers and valgrind: this file answers its system calls from a seed.
 *
 *   hosted SEED COUNT
 *
 * Runs COUNT streams of messages. What it proves is what the fuzzer in fuzz.ts cannot see: no read or write outside
 * the area by a single byte, no undefined behaviour, no use of bytes that were never read; reads that are cut short,
 * interrupted or fail, a mapping that fails, answers that fail, and results that no harmless call gives.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define FORBID(start, length) ASAN_POISON_MEMORY_REGION((void *)(start), length)
#define ALLOW(start, length) ASAN_UNPOISON_MEMORY_REGION((void *)(start), length)
#define FORGET(start, length) (void)0
#elif defined(USE_VALGRIND)
#include <valgrind/memcheck.h>
#define FORBID(start, length) VALGRIND_MAKE_MEM_NOACCESS(start, length)
#define ALLOW(start, length) VALGRIND_MAKE_MEM_DEFINED(start, length)
#define FORGET(start, length) VALGRIND_MAKE_MEM_UNDEFINED(start, length)
#else
#error "without a checker there is nothing to see"
#endif

#define HOSTED
#include "../../native-bindings/executor/executor.c"

#define REQUIRE(condition)                                                  \
  do {                                                                      \
    if (!(condition)) {                                                     \
      fprintf(stderr, "stream %ld: not true: %s\n", round_number, #condition); \
      abort();                                                              \
    }                                                                       \
  } while (0)

enum { FIRST_TAG = 1000, MAX_CALLS = 400 };
static long round_number;
static uint64_t state;
static unsigned char stream[1 << 16];
static u64 stream_length, stream_at, mapped;
static int failing;  /* this stream's reads, mappings and answers can fail */
static int due;      /* the exit code that a failure must lead to */
static int must_end; /* the plan cannot go on after its last call */
static i64 last_result, last_index;
static long messages, replies, made, exits[256];
static jmp_buf gone;

static u64 random64(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545f4914f6cdd1d;
}
static u64 below(u64 end) { return (random64() >> 16) % end; }
static int once(u64 times) { return below(times) == 0; }

static i64 read_channel(u64 to, u64 length) {
  REQUIRE(length > 0);
  if (once(50)) return -EINTR;
  if (failing && once(50)) {
    due = EXIT_CHANNEL;
    return -104; /* ECONNRESET */
  }
  u64 left = stream_length - stream_at;
  u64 n = length < left ? length : left;
  if (n > 0 && once(4)) n = 1 + below(n);
  memcpy((void *)to, stream + stream_at, n);
  ALLOW(to, n);
  if (length == sizeof(struct header) && n == length) messages++;
  stream_at += n;
  return (i64)n;
}

static u64 tail_of(u64 size) { return -size & 4095; }

static i64 map_area(u64 address, u64 size, u64 protection, u64 flags, u64 fd) {
  REQUIRE(address == AREA && size >= 64 && size <= AREA_MAX && mapped == 0);
  REQUIRE(protection == (PROT_READ | PROT_WRITE) && (int)fd == -1);
  REQUIRE(flags == (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE));
  if (failing && once(10)) {
    due = EXIT_MEMORY;
    return -12; /* ENOMEM */
  }
  must_end = 0;
  last_index = -1;
  void *area = mmap((void *)AREA, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  REQUIRE(area == (void *)AREA);
  mapped = size;
  FORGET(AREA, size);
  FORBID(AREA + size, tail_of(size)); /* not one byte behind the area, though the page has more */
  return (i64)AREA;
}

static void unmap_area(void) {
  ALLOW(AREA + mapped, tail_of(mapped));
  REQUIRE(munmap((void *)AREA, mapped) == 0);
  mapped = 0;
}

static i64 take_reply(u64 from, u64 length) {
  struct reply reply;
  REQUIRE(length == sizeof reply);
  memcpy(&reply, (void *)from, sizeof reply);
  REQUIRE(reply.index <= reply.calls + 255);
#if defined(USE_VALGRIND)
  REQUIRE(VALGRIND_CHECK_MEM_IS_DEFINED(from, length) == 0);
#endif
  replies++;
  if (must_end) REQUIRE(reply.index < reply.calls && reply.result == last_result);
  else REQUIRE((i64)reply.index > last_index);
  if (failing && once(10)) {
    due = EXIT_CHANNEL;
    return once(2) ? -32 : (i64)below(24); /* EPIPE, or too little */
  }
  return (i64)length;
}

/* What a plan's call results in: what kernels answer, and what they never do. */
static i64 result_of_call(void) {
  static const i64 strange[] = {-4095, -4096, -4097, -256, -255, -254, 4095, 4096, INT64_MIN, INT64_MAX, (i64)AREA};
  switch (below(12)) {
    case 0: return -(i64)below(140);
    case 1: return strange[below(sizeof strange / sizeof *strange)];
    default: return (i64)below(100);
  }
}

/* The call that is being made: calls of undamaged plans carry their index in their number. */
static const struct call *call_of(u64 nr, const u64 *args) {
  u64 index = nr - FIRST_TAG;
  const struct call *call = (const struct call *)AREA + index;
  if (index >= MAX_CALLS || (index + 1) * sizeof *call > mapped) return NULL;
  return call->nr == nr && memcmp(call->args, args, sizeof call->args) == 0 ? call : NULL;
}

/* Notes what must follow, by the words of wire.ts. */
static void note_result(u64 nr, const u64 *args, i64 r) {
  const struct call *call = call_of(nr, args);
  int error = r < 0 && r >= -4095;
  last_result = r;
  last_index = call ? (i64)(nr - FIRST_TAG) : -1;
  must_end = nr == NR_clone3 && r > 0;
  if (call && error) must_end = call->errnos[0] != 255 && -r != call->errnos[0] && -r != call->errnos[1];
}

static i64 syscall6(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  if (nr == NR_read) return read_channel(b, c);
  if (nr == NR_write) return take_reply(b, c);
  if (nr == NR_mmap) return map_area(a, b, c, d, e);
  if (nr == NR_exit) longjmp(gone, 1 + (int)a);
  if (nr == NR_munmap) {
    REQUIRE(a == AREA && b == mapped);
    unmap_area();
    return 0;
  }
  REQUIRE(nr < NR_CHECK);
  /* Every argument was resolved: a copy of bytes that nobody wrote would show under valgrind. */
  made += (a ^ b ^ c ^ d ^ e ^ f) == random64() ? 2 : 1;
  REQUIRE(!must_end);
  i64 r = result_of_call();
  note_result(nr, (u64[]){a, b, c, d, e, f}, r);
  return r;
}

static void put_call(struct call *call, u64 index, u64 size) {
    memset(call, 0, sizeof *call);
  call->nr = once(30) ? NR_clone3 : once(3) ? NR_CHECK : once(9) ? (u16)random64() : (u16)(FIRST_TAG + index);
  call->skip_on_success = once(2) ? 0 : (u8)below(once(8) ? 256 : 3);
  call->skip_on_errno = once(2) ? 0 : (u8)below(once(8) ? 256 : 3);
  call->errnos[0] = !once(5) ? ANY_ERRNO : (u8)below(140);
  call->errnos[1] = (u8)below(140);
  for (u64 k = 0; k < 6; k++) {
    u64 kind = once(3) ? below(4) : IMMEDIATE, width = kind == LOAD32 ? 4 : 8;
    if (kind == RESULT && index == 0 && !once(9)) kind = IMMEDIATE;
    call->kinds |= (u16)(kind << (2 * k));
    call->args[k] = random64() >> below(64);
    if (kind == RESULT && !once(200)) call->args[k] = below(index ? index : 1);
    if (kind >= LOAD32 && !once(200)) call->args[k] = AREA + below(size / width) * width;
    if (kind >= LOAD32 && once(200)) call->args[k] = AREA + size - below(9);
  }
}

/* One message at the end of the stream: a plan, sometimes damaged. */
static void put_message(void) {
  u64 calls = once(10) ? below(MAX_CALLS) : below(8), start = stream_length;
  u64 size = calls * sizeof(struct call) + below(80);
  if (size < sizeof(struct call)) size = sizeof(struct call);
  struct header h = {MAGIC, (u32)size, (u32)calls, (u32)below(5)};
  memcpy(stream + start, &h, sizeof h);
  for (u64 at = calls * sizeof(struct call); at < size; at++) stream[start + sizeof h + at] = (unsigned char)random64();
  for (u64 i = 0; i < calls; i++) {
    struct call call;
    put_call(&call, i, size);
    memcpy(stream + start + sizeof h + i * sizeof call, &call, sizeof call);
  }
  stream_length += sizeof h + size;
  if (once(5)) {
    static const u32 words[] = {0, 1, 63, 64, 0x7fffffff, 0x80000000, 0xffffffff, AREA_MAX, AREA_MAX + 1};
    u32 word = once(2) ? words[below(9)] : (u32)random64() >> below(32);
    memcpy(stream + start + 4 * below(4), &word, sizeof word);
  }
  if (once(5)) for (u64 n = 1 + below(8); n > 0; n--) stream[start + below(sizeof h + size)] = (unsigned char)random64();
  if (once(20)) stream_length -= below(sizeof h + size);
}

int main(int argc, char **argv) {
  REQUIRE(argc == 3);
  state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15 + 1;
  long count = strtol(argv[2], NULL, 10);
  for (round_number = 0; round_number < count; round_number++) {
    stream_length = stream_at = 0;
    failing = once(4);
    due = 0;
    do put_message();
    while (once(2) && stream_length < sizeof stream / 3);
    int code = setjmp(gone);
    if (code == 0) run();
    int clean = code == 1 + EXIT_CLOSED || code == 1 + EXIT_STOPPED;
    REQUIRE(clean || (code >= 1 + EXIT_MALFORMED && code <= 1 + EXIT_CHANNEL));
    REQUIRE(due ? code == 1 + due : clean || code == 1 + EXIT_MALFORMED);
    exits[code - 1]++;
    if (mapped) unmap_area();
  }
  printf("streams %ld messages %ld calls %ld replies %ld", count, messages, made, replies);
  printf(" exits 0: %ld 65: %ld 66: %ld 67: %ld 255: %ld\n", exits[0], exits[65], exits[66], exits[67], exits[255]);
  return 0;
}
