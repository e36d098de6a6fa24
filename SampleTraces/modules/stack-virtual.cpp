// Virtual calls, and constructors, which give back the object's address.
struct S { virtual int f(int) = 0; };
struct A : S { int f(int n) override { volatile char b[700]; b[n & 255] = 1; return b[3] + n; } };
struct B : S { int f(int n) override { volatile char b[2700]; b[n & 255] = 1; return b[3]; } };
struct C { int v[20]; __attribute__((noinline)) C(int n) { for (int i = 0; i < 20; i++) v[i] = n; } };
extern "C" void __cxa_pure_virtual() { __builtin_trap(); }
volatile int sink = 5;
namespace __cxxabiv1 { struct __si_class_type_info { virtual void x(); }; void __si_class_type_info::x() {}
struct __class_type_info { virtual void x(); }; void __class_type_info::x() {} }
__attribute__((noinline)) int run(S &s) { return s.f(5); }
extern "C" void _start() { A a; B b; C c(sink); sink = run(a) + run(b) + c.v[sink & 7]; }
