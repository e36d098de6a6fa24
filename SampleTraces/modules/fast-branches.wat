;; Branches in the fast interpreter's code, and dead code behind them, whose missing operands are
;; left out.
(module
  (func $callee (param i32 i64) (result i32) (local.get 0))
  (func $values (param i32 i64) (result i32)
    (block (result i32)
      (drop (br_if 0 (i32.const 1) (local.get 0)))
      (block (result i64)
        (drop (br_if 1 (i32.const 2) (local.get 0)))
        (br 0 (local.get 1)))
      drop
      (br_if 0 (return (i32.const 4)) (local.get 0)))
    (loop (br_if 0 (local.get 0))))
  (func $table (param i32) (result i32)
    (block (result i32)
      (block (result i32)
        (block (result i32)
          (br_table 0 1 2 1 0 (i32.const 7) (local.get 0)))
        (i32.add (i32.const 1)))
      (i32.add (i32.const 2)))
    (block (block (block (br_table 2 1 0 0 1 2 (local.get 0))))))
  (func $dead-arithmetic (param i32 i64) (result i32)
    unreachable
    i32.add
    i32.const 1
    i32.add
    local.set 0
    i64.mul
    local.tee 1
    i64.eqz
    drop
    drop
    local.get 1
    i64.store
    i32.const 1
    global.set $g
    i32.load)
  (func $dead-over-others (param i32) (result i32)
    ;; Below the block's bottom there are operands that it must not take.
    local.get 0
    local.get 0
    local.get 0
    block
      unreachable
      i32.const 1
      i32.add
      drop
    end
    i32.add
    unreachable)
  (func $dead-calls (param i32 i64) (result i32)
    (br 0 (i32.const 1))
    local.get 1
    call $callee
    drop
    i64.const 2
    call $callee
    drop
    call $callee
    return)
  (func $dead-blocks (param i32 i64) (result i32)
    block
      unreachable
      block
        local.get 0
        drop
      end
      (if (result i64) (then (i64.const 2)) (else (local.get 1)))
      drop
      (loop (result i32) (br 1))
      br_if 0
    end
    unreachable
    block (result i32)
      i32.const 1
      br 0
    end)
  (func $dead-table (param i32 i64) (result i64)
    block (result i64)
      block (result i64)
        unreachable
        local.get 1
        local.get 0
        br_table 0 1 0
        i32.const 3
        br_table 1 0 1
      end
    end)
  (func $alive-again (param i32) (result i32)
    ;; Up to 05-18-2022 the end of a block makes the code behind it alive.
    unreachable
    block
    end
    block
      i32.const 2
      drop
      br 0
      i32.const 4
      local.set 0
    end
    i32.const 3)
  (memory 1)
  (global $g (mut i32) (i32.const 0)))
