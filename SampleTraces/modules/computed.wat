;; Initial values that are sums, differences and products.
(module
  (import "env" "base" (global $base i32))
  (memory 1)
  (table 4 funcref)
  (global $x i32 (i32.add (global.get $base) (i32.mul (i32.const 3) (i32.const 5))))
  (global $y i64 (i64.sub (i64.const 10) (i64.const 3)))
  (elem (i32.add (i32.const 1) (i32.const 1)) func $h)
  (data (i32.sub (i32.const 100) (i32.add (i32.const 1) (i32.const 2))) "hello")
  (func $h (export "h") (result i32) global.get $x))
