/* Calls through pointers: of the type that is called, b has the larger frame; c has another type. */
#define NOINLINE __attribute__((noinline))
volatile int sink = 1;
NOINLINE int a(int n) { volatile char b[500]; b[n & 255] = 1; __asm__ volatile("" ::"r"(b)); return b[4]; }
NOINLINE int b(int n) { volatile char b[1500]; b[n & 255] = 1; __asm__ volatile("" ::"r"(b)); return b[4]; }
NOINLINE float c(float n) { volatile char b[9000]; b[3] = n; return b[4]; }
int (*const t[])(int) = {a, b};
float (*volatile u)(float) = c;
int (*volatile v)(int) = b;
void _start(void) { volatile char x[100]; x[sink & 7] = 2; sink = t[sink & 1](x[3]) + v(3); }
