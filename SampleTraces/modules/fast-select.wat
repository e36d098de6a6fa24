;; Operands that dead code made up in the fast interpreter's code; versions before 1.3.0 refuse
;; a `select` of them.
(module
  (func $dead-select (param i32)
    unreachable
    select
    drop
    local.get 0
    select
    local.get 0
    i32.const 1
    select
    drop
    br_if 0
    return)
  (func $made-up (param i32 i64) (result i64)
    unreachable
    select
    i64.eqz
    local.set 0
    (local.set 1 (i64.const 5))
    local.get 1))
