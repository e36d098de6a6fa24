/* Calls without a branch: every frame is known. */
#define NOINLINE __attribute__((noinline))
volatile int sink;
NOINLINE int leaf(volatile char *p) { volatile char b[300]; b[sink & 255] = p[0]; return b[3]; }
NOINLINE int mid(volatile char *p) { volatile char b[1000]; b[0] = p[0]; int r = leaf(b); return r + leaf(p); }
NOINLINE int top(int n) { volatile char b[77]; b[n & 63] = 1; return mid(b) + leaf(b); }
void _start(void) { sink = top(sink); }
