/*
 * The executor: runs lists of system calls that it receives over a socket.
 *
 * It is the only code of ocirun that ever runs inside a container's namespaces, and it knows nothing about
 * containers: TypeScript decides every call, its arguments and what to do when it fails. The wire format is
 * described in wire.ts; the names here are the names there.
 *
 * Freestanding and static: no libc, no relocations, no writable global data, no memory but its stack and one
 * area of pages at a fixed address, which holds the plan that is being run. Reviewed like cryptography: keep it small.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#ifndef AREA
#define AREA 0x200000000ul /* where the plan is mapped: AREA_ADDRESS in wire.ts */
#endif
#define AREA_MAX 0x8000000u /* the largest plan, in bytes: AREA_MAX_BYTES */
#define MAGIC 0x314e4c50u /* "PLN1" */
#define FIRST_CHANNEL 3 /* the socket's number at start */

enum { EXIT_CLOSED = 0, EXIT_MALFORMED = 65, EXIT_MEMORY = 66, EXIT_CHANNEL = 67, EXIT_STOPPED = 255 };
enum { IMMEDIATE, RESULT, LOAD32, LOAD64 }; /* kinds of arguments */
enum { NR_CHECK = 0xffff };                 /* the one call that is not the kernel's */
enum { ANY_ERRNO = 0xff, EINTR = 4, LARGEST_ERRNO = 4095 };

struct header {
  u32 magic, size, calls, channel;
};
struct call {
  u16 nr, kinds;
  u8 skip_on_success, skip_on_errno, errnos[2];
  u64 args[6];
  i64 result;
};
struct reply {
  u32 index, calls;
  i64 result;
  u64 arg0;
};

#if defined(HOSTED) /* a test includes this file and answers the calls itself */
enum { NR_read = 0x10000, NR_write, NR_mmap, NR_munmap, NR_exit, NR_clone3 = 435 }; /* no plan has numbers so large */
static i64 syscall6(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
#elif defined(__x86_64__)
enum { NR_read = 0, NR_write = 1, NR_mmap = 9, NR_munmap = 11, NR_exit = 60, NR_clone3 = 435 };
static inline i64 syscall6(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  i64 r;
  register u64 r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(r)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return r;
}
__asm__(".globl _start\n_start: xor %ebp,%ebp\n and $-16,%rsp\n call run\n");
#elif defined(__aarch64__)
enum { NR_read = 63, NR_write = 64, NR_mmap = 222, NR_munmap = 215, NR_exit = 93, NR_clone3 = 435 };
static inline i64 syscall6(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  register u64 x8 __asm__("x8") = nr, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  register u64 x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return (i64)x0;
}
__asm__(".globl _start\n_start: mov x29, xzr\n mov x30, xzr\n b run\n");
#else
#error "no system call instruction for this architecture"
#endif

__attribute__((noreturn)) static void die(u64 code) {
  syscall6(NR_exit, code, 0, 0, 0, 0, 0);
  __builtin_trap(); /* a container's seccomp filter can refuse exit(2) */
}

/*
 * Reads all of `length` bytes. When the other end has closed, the executor exits: with `code` before the first byte,
 * as malformed after it.
 */
static void read_all(u32 fd, u64 to, u64 length, u64 code) {
  for (u64 done = 0; done < length;) {
    i64 n = syscall6(NR_read, fd, to + done, length - done, 0, 0, 0);
    if (n == -EINTR) continue;
    if (n <= 0) die(n < 0 ? EXIT_CHANNEL : done ? EXIT_MALFORMED : code);
    done += (u64)n;
  }
}

/* The value of one argument. What it refers to lies inside the area or is an earlier call, or the plan is malformed. */
static u64 value_of(u32 kind, u64 arg, u32 index, u32 size) {
  if (kind == IMMEDIATE) return arg;
  if (kind == RESULT) {
    if (arg >= index) die(EXIT_MALFORMED);
    return (u64)((struct call *)AREA)[arg].result;
  }
  u64 width = 1ul << kind;   /* LOAD32 is 2, LOAD64 is 3 */
  u64 offset = arg - AREA;   /* wraps around below AREA, and is too large then */
  if (offset > size - width || offset % width) die(EXIT_MALFORMED);
  return kind == LOAD32 ? *(u32 *)arg : *(u64 *)arg;
}

__attribute__((noreturn, used)) void run(void) {
  u32 channel = FIRST_CHANNEL, closed = EXIT_CLOSED;
  for (;;) {
    struct header h;
    read_all(channel, (u64)&h, sizeof h, closed);
    if (h.magic != MAGIC || h.size > AREA_MAX || h.size < sizeof(struct call) || h.calls > h.size / sizeof(struct call))
      die(EXIT_MALFORMED);
    /* MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE: nothing else of this process lies there */
    if (syscall6(NR_mmap, AREA, h.size, 3, 0x100022, (u64)-1, 0) != (i64)AREA) die(EXIT_MEMORY);
    read_all(channel, AREA, h.size, EXIT_MALFORMED);
    channel = h.channel;

    struct call *c = (struct call *)AREA;
    u32 i = 0;
    i64 r = 0;
    int leaving = 0;
    while (i < h.calls) {
      c = (struct call *)AREA + i;
      u64 *a = c->args; /* resolved in place: no call is made twice */
      for (u32 k = 0; k < 6; k++) a[k] = value_of(c->kinds >> (2 * k) & 3, a[k], i, h.size);
      r = c->nr == NR_CHECK ? -((a[0] & a[1]) != a[2]) : syscall6(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
      c->result = r;
      leaving = c->nr == NR_clone3 && r > 0; /* the parent's work is done: its child runs the rest */
      if (leaving) break;
      u32 skip = c->skip_on_success;
      if (r < 0 && r >= -LARGEST_ERRNO) {
        skip = c->skip_on_errno;
        if (-r != c->errnos[0] && -r != c->errnos[1] && c->errnos[0] != ANY_ERRNO) break;
      }
      i += 1 + skip;
    }
    /* 24 bytes into an empty socket: the write neither waits nor comes up short */
    struct reply reply = {i, h.calls, r, c->args[0]};
    if (syscall6(NR_write, channel, (u64)&reply, sizeof reply, 0, 0, 0) != sizeof reply) die(EXIT_CHANNEL);
    if (leaving) die(EXIT_CLOSED);
    closed = i < h.calls ? EXIT_STOPPED : EXIT_CLOSED;
    syscall6(NR_munmap, AREA, h.size, 0, 0, 0, 0);
  }
}
