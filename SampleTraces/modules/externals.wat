;; Every kind of import and segment, and initial values of every kind that wamrc 1.x knows.
(module
  (import "env" "base" (global $base i32))
  (import "env" "table" (table 2 10 funcref))
  (import "env" "f" (func $f (param i32 i64) (result f32)))
  (memory 1 3)
  (table $own 4 8 externref)
  (global $a i64 (i64.const 0x123456789))
  (global $b f32 (f32.const 1.5))
  (global $c f64 (f64.const 2.5))
  (global $d (mut i32) (global.get $base))
  (global $r funcref (ref.func $h))
  (global $n externref (ref.null extern))
  (elem (table 0) (global.get $base) func $h $h)
  (elem $p funcref (ref.func $h) (ref.null func))
  (elem declare func $h)
  (data (i32.const 16) "hello")
  (data (global.get $base) "abc")
  (data $q "passive")
  (func $h (export "h") (param i32) (result i32)
    local.get 0
    global.get $d
    i32.add
    (i32.store (i32.const 0) (i32.const 1))
    (memory.init $q (i32.const 0) (i32.const 0) (i32.const 2)))
  (func $s (local i64) (global.set $d (i32.const 3)))
  (start $s))
