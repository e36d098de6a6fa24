;; Blocks in the fast interpreter's code: results that are not yet in the block's slots are copied,
;; parameters are brought into slots of their own.
(module
  (type $two (func (result i32 i64)))
  (type $swap (func (param i32 i64) (result i64 i32)))
  (type $keep (func (param i32 i64) (result i32 i64)))
  (type $down (func (param i32) (result i32)))
  (func $one (param i32 i64) (result i32)
    (block (result i32) (i32.add (local.get 0) (i32.const 1)))
    (block (result i32) (local.get 0))
    i32.add
    (drop (block (result i64) (local.get 1)))
    (drop (loop (result i64) (i64.const 5))))
  (func $two-results (param i32 i64) (result i64)
    (block (type $two) (i32.add (local.get 0) (i32.const 1)) (local.get 1))
    (block (type $two) (i32.const 2) (i64.const 3))
    drop
    drop
    (block (type $two)
      (i32.add (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 1)))
    drop
    drop
    return)
  (func $choice (param i32 f64) (result f64)
    (if (local.get 0) (then (local.set 0 (i32.const 3))))
    (if (local.get 0)
      (then (local.set 0 (i32.const 3)))
      (else (local.set 0 (i32.add (local.get 0) (i32.const 4)))))
    (if (result f64) (local.get 0)
      (then (local.get 1))
      (else (f64.add (local.get 1) (f64.const 1)))))
  (func $nested (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then
        (if (result i32) (i32.eqz (local.get 0))
          (then (i32.const 1))
          (else (block (result i32) (i32.mul (local.get 0) (local.get 0))))))
      (else (i32.const 2))))
  (func $block-parameters (param i32 i64) (result i64 i32)
    (local.get 0) (local.get 1)
    block (type $keep)
    end
    block (type $swap)
      drop drop
      (i64.const 1) (i32.const 2)
    end)
  (func $loop-parameters (param i32) (result i32)
    (i32.const 10)
    loop (type $down)
      (i32.sub (i32.const 1))
      local.tee 0
      (br_if 0 (local.get 0))
    end)
  (func $if-parameters (param i32 i64) (result i64)
    (local.get 0) (local.get 1)
    (if (type $keep) (local.get 0)
      (then)
      (else drop drop (i32.const 3) (i64.const 4)))
    (if (type $keep) (i32.const 1) (then))
    local.set 1
    drop
    local.get 1)
  (func $slots (param i32) (result i32)
    ;; What follows `else` and `br` counts slots in its own way.
    (if (result i32) (local.get 0)
      (then (i32.add (i32.eqz (local.get 0)) (i32.eqz (i32.eqz (local.get 0)))))
      (else (i32.sub (i32.eqz (local.get 0)) (i32.const 1))))
    (block (result i32)
      (br 0 (i32.mul (local.get 0) (i32.const 3))))
    i32.add
    (block (result i32)
      (block (br 1 (local.get 0)))
      (i32.eqz (local.get 0)))
    i32.add
    (if (result i32) (local.get 0)
      (then (i32.eqz (local.get 0)))
      (else (i32.clz (local.get 0))))
    (if (type $down) (local.get 0)
      (then (i32.add (i32.eqz (local.get 0))))
      (else i32.eqz))
    i32.add))
