/* even and odd call each other, with frames at -O0 and without at -O1. */
#define NOINLINE __attribute__((noinline))
volatile int sink = 5;
NOINLINE int odd(int n);
NOINLINE int even(int n) { return n == 0 ? 1 + sink : odd(n - 1) * 2; }
NOINLINE int odd(int n) { return n == 0 ? sink : even(n - 1) + 1; }
NOINLINE int f(int n) { volatile char b[128]; b[n & 63] = 1; return even(b[2] + n); }
void _start(void) { sink = f(10); }
