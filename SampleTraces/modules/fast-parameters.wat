;; Block parameters that dead code leaves out; only what 1.3.2 and later make of them is defined.
(module
  (type $both (func (param i32 i64) (result i32)))
  (func $missing (param i32 i64) (result i32)
    unreachable
    (block (type $both) drop)
    (local.get 1)
    (loop (type $both) drop)
    drop
    (local.get 1)
    (if (type $both) (i32.const 1) (then drop) (else drop))
    unreachable
    (if (type $both) (then drop) (else drop))))
