;; Locals in the fast interpreter's code: reads leave no code, a write takes over the result before
;; it, and a value that is still on the stack is saved before its local changes.
(module
  (memory 1)
  (func $takes-over (param i32 i64 f32 f64) (local i32 i64)
    (local.set 4 (i32.add (local.get 0) (i32.const 3)))
    (local.set 5 (i64.mul (local.get 1) (i64.const 3)))
    (local.set 2 (f32.load (local.get 0)))
    (local.set 3 (f64.convert_i32_s (local.get 0)))
    (local.set 4 (i32.trunc_f64_s (local.get 3)))
    (local.set 5 (i64.reinterpret_f64 (local.get 3))))
  (func $copies (param i32 i64) (local i32 i64)
    (local.set 2 (local.get 0))
    (local.set 3 (i64.const 7))
    (local.set 2 (i32.extend8_s (local.get 0)))
    (local.set 3 (i64.extend32_s (local.get 1)))
    (local.set 2 (i32.trunc_sat_f32_s (f32.const 1))))
  (func $saves (param i32 i32) (result i32)
    ;; Old values of both locals are used after they change.
    (i32.sub
      (local.get 0)
      (i32.add
        (local.get 1)
        (i32.sub (local.tee 0 (i32.const 1)) (local.tee 1 (local.get 0))))))
  (func $saves-itself (param i32 i64)
    (local.set 0 (local.get 0))
    (local.set 1 (local.get 1))
    (local.set 0 (local.tee 0 (local.get 0))))
  (func $saves-for-blocks (param i32 i64) (result i32)
    local.get 0
    local.get 0
    local.get 1
    i32.const 5
    block
      local.get 0
      (if (then (local.set 0 (i32.const 2))))
    end
    drop
    drop
    loop
    end
    i32.add)
  (func $first-local (param i32 i32) (result i32)
    ;; Up to 05-18-2022 a saved value looks like the first local.
    local.get 1
    (local.set 1 (i32.const 9))
    (local.set 0 (i32.const 8))
    block
    end
    (local.set 0 (i32.const 7)))
  (func $stale (param i32 i64) (local i64)
    ;; A wide value lies where a narrow one was.
    local.get 0
    local.get 0
    drop
    drop
    local.get 1
    (local.set 0 (i32.const 1))
    local.set 2)
  (func $far (param i64) (local f64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i32 i32)
    ;; The local in cell 256 and those behind it.
    (local.set 127 (i64.add (local.get 0) (i64.const 1)))
    (local.set 128 (i32.add (i32.const 1) (i32.const 2)))
    (local.set 129 (local.tee 128 (local.get 129)))))
