;; 128-bit vectors in the fast interpreter's code.
(module
  (memory 1)
  (global $g (mut v128) (v128.const i32x4 1 2 3 4))
  (func $lanes (param v128 i32) (result v128)
    (drop
      (i32x4.replace_lane 1
        (i32x4.splat (local.get 1)) (i8x16.extract_lane_u 3 (local.get 0))))
    (drop (v128.load8_lane 2 (local.get 1) (local.get 0)))
    (v128.store64_lane 1 (local.get 1) (local.get 0))
    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
      (v128.bitselect (v128.load32_splat (local.get 1)) (v128.const i64x2 5 6) (local.get 0))
      (local.get 0)))
  (func $arithmetic (param v128 v128) (result i32)
    (global.set $g (i16x8.add_sat_s (global.get $g) (local.get 1)))
    (v128.store (i32.const 0) (f64x2.max (f64x2.sqrt (local.get 0)) (local.get 1)))
    (i32x4.bitmask (i32x4.shl (i32x4.dot_i16x8_s (local.get 0) (local.get 1)) (i32.const 3))))
  (func $moves (param v128 i32) (result v128 v128) (local v128)
    (local.get 0)
    (local.set 0 (local.tee 2 (v128.not (local.get 0))))
    (drop (block (result v128) (select (local.get 0) (local.get 2) (local.get 1))))
    (if (result v128 v128) (local.get 1)
      (then (local.get 0) (v128.load (local.get 1)))
      (else (v128.const i64x2 0 0) (local.get 2)))
    drop)
  (func $dead (result v128)
    unreachable
    i8x16.add
    drop
    (br 0 (v128.not))))
