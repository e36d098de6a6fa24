/* LLVM goes on with memset's result in place of the frame's address, and restores the pointer from it. */
#define NOINLINE __attribute__((noinline))
volatile int sink;
void *memset(void *to, int c, unsigned long n) { for (volatile char *p = to; n; n--) *p++ = c; return to; }
NOINLINE char *clear(char *b) { return memset(b, 0, 100); }
NOINLINE int work(int n) { char b[4096]; memset(b, n, sizeof b); __asm__ volatile("" ::"r"(b) : "memory"); return b[17]; }
NOINLINE int other(int n) { char b[200]; char *p = clear(b); __asm__ volatile("" ::"r"(p) : "memory"); return work(p[n & 63]); }
void _start(void) { sink = other(sink); }
