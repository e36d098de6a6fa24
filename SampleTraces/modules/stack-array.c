/* Arrays of variable length: one that cannot be large, one that can (with -DUNBOUNDED). */
#define NOINLINE __attribute__((noinline))
volatile int sink = 3;
NOINLINE int use(volatile char *p) { volatile char b[200]; b[sink & 127] = p[0]; return b[1]; }
#ifdef UNBOUNDED
NOINLINE int array(unsigned n) { volatile char a[n]; a[0] = n; return use(a); }
void _start(void) { sink = array(sink * 100); }
#else
NOINLINE int array(unsigned n) { volatile char a[(n & 255) + 1]; a[0] = n; return use(a); }
void _start(void) { sink = array(sink | 255); }
#endif
