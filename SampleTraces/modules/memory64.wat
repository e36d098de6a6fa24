;; A memory with 64-bit addresses.
(module
  (memory i64 1 4)
  (data (i64.const 8) "xyz")
  (func (export "f") (param i64) (result i32) (i32.load (local.get 0))))
