;; Constants in the fast interpreter's code lie before the function's frame, each of them once. From
;; 2.3.0 on a pattern of bits counts once, before a value of a type does.
(module
  (func $patterns (result i32)
    i32.const 1065353216
    f32.const 1
    i64.const 4607182418800017408
    f64.const 1
    i32.const 0
    f32.const 0
    i64.const 0
    f64.const 0
    f64.const -0
    i64.const 0
    drop drop drop drop drop drop drop drop drop)
  (func $dozen
    (drop (i32.const 0)) (drop (i32.const 1)) (drop (i32.const 2)) (drop (i32.const 3))
    (drop (i32.const 4)) (drop (i32.const 5)) (drop (i32.const 6)) (drop (i32.const 7))
    (drop (i32.const 8)) (drop (i32.const 9)) (drop (i32.const 10)) (drop (i32.const 11))
    (drop (i32.const 0)) (drop (i32.const 10)) (drop (i32.const 11)) (drop (i32.const 11))
    (drop (i64.const 0)) (drop (i64.const 1)) (drop (i64.const 2)) (drop (i64.const 3))
    (drop (i64.const 4)) (drop (i64.const 5)) (drop (i64.const 6)) (drop (i64.const 7))
    (drop (i64.const 8)) (drop (i64.const 9)) (drop (i64.const 10)) (drop (i64.const 11))
    (drop (i64.const 11)) (drop (i64.const 10)) (drop (i64.const 9)) (drop (i64.const 0)))
  (func $none (param i32) (result i32) (local.get 0))
  (func $nans
    (drop (f32.const nan)) (drop (f32.const nan:0x200000)) (drop (f32.const nan))
    (drop (f64.const nan)) (drop (f64.const -nan)) (drop (i64.const 0x7ff8000000000000))))
