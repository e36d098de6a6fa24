;; A global of 128 bits.
(module
  (global $v (mut v128) (v128.const i64x2 1 2))
  (global $w i32 (i32.const 9))
  (func (export "f") (result i32) (i32x4.extract_lane 0 (global.get $v))))
