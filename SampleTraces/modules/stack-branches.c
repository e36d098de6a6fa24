/* Branches, loops and pointers that walk over the frame. */
#define NOINLINE __attribute__((noinline))
volatile int sink = 1;
NOINLINE int a(volatile char *p) { volatile char b[640]; b[p[0] & 127] = 1; return b[4]; }
NOINLINE int loop(int n) { volatile char b[48]; int s = 0; for (int i = 0; i < n; i++) { b[i & 31] = i; s += a(b); for (volatile char *q = b; q < b + 48; q++) s += *q; } return s; }
NOINLINE int sw(int n) { volatile char b[32]; b[0] = n; switch (n) { case 0: return a(b); case 1: return loop(3); case 2: return loop(n) + a(b); case 7: return 9; default: return loop(2); } }
void _start(void) { for (int i = 0; i < 9; i++) sink += sw(i); }
