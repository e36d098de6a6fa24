/* A leaf in the red zone, a local of more than the stack's alignment, one of 20,000 bytes. */
#define NOINLINE __attribute__((noinline))
volatile int sink;
NOINLINE int red(int n) { volatile char b[64]; b[n & 63] = 3; return b[5]; }
NOINLINE int aligned(volatile int *p) { volatile _Alignas(64) char b[256]; b[sink & 255] = p[0]; return b[1] + red(b[3]); }
NOINLINE int big(int n) { volatile int b[5000]; b[n & 4095] = 1; return aligned(&b[n & 7]); }
void _start(void) { sink = big(sink); }
