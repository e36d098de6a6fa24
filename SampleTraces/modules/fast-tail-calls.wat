;; Tail calls in the fast interpreter's code; a build that has them marks every indirect call.
(module
  (type $count (func (param i32 i64) (result i64)))
  (table funcref (elem $direct $indirect))
  (func $direct (type $count)
    (return_call $indirect (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
  (func $indirect (type $count)
    (if (local.get 0)
      (then
        (return_call_indirect (type $count) (local.get 0) (i64.const 1) (i32.const 0))))
    (call_indirect (type $count) (local.get 0) (local.get 1) (i32.const 1))))
