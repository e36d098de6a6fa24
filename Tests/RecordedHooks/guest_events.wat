;; A wasi-threads module that calls the host's memtrace.event itself: what
;; MEMTRACE_GUEST_HOST_EVENTS does, without a compiler.
;; Memory: 4 pages; address 0: ended threads; heap from 0x10000.
;; _start allocates four stacks of 16384 bytes, starts four threads, grows memory by 2 pages, waits,
;; and frees the stacks. Each thread t allocates 20 blocks of 32 bytes at 0x20000 + 4096 t, resizes
;; the last to 64 bytes where it is, and frees them all.
;; Truth: 84 mallocs, 4 reallocs, 84 frees, 4 thread starts and ends, ends with nothing live.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "memtrace" "event" (func $event (param i32 i32 i32 i32 i32)))
  (memory (export "memory") 4 32 shared)
  (global $sp (mut i32) (i32.const 65536))
  (func (export "malloc") (param i32) (result i32) i32.const 131072)
  (func (export "free") (param i32))
  (func (export "wasi_thread_start") (param $tid i32) (param $number i32)
    (local $i i32) (local $base i32)
    (local.set $base
      (i32.add (i32.const 0x20000) (i32.mul (local.get $number) (i32.const 4096))))
    (call $event (i32.const 8) (local.get $tid) (local.get $number)
      (i32.add (i32.const 0x10010) (i32.mul (local.get $number) (i32.const 16384))) (i32.const 0))
    (loop $allocate
      (call $event (i32.const 1) (local.get $tid) (i32.const 0)
        (i32.add (local.get $base) (i32.mul (local.get $i) (i32.const 32))) (i32.const 32))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $allocate (i32.lt_u (local.get $i) (i32.const 20))))
    (call $event (i32.const 3) (local.get $tid)
      (i32.add (local.get $base) (i32.const 608)) (i32.add (local.get $base) (i32.const 608))
      (i32.const 64))
    (local.set $i (i32.const 0))
    (loop $free
      (call $event (i32.const 4) (local.get $tid) (i32.const 0)
        (i32.add (local.get $base) (i32.mul (local.get $i) (i32.const 32))) (i32.const 0))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $free (i32.lt_u (local.get $i) (i32.const 20))))
    (call $event (i32.const 9) (local.get $tid) (i32.const 0) (i32.const 0) (i32.const 0))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 16))))
  (func (export "_start") (local $i i32) (local $ended i32)
    (call $event (i32.const 7) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 262144))
    (call $event (i32.const 12) (i32.const 0) (i32.const 0) (i32.const 0x10000)
      (i32.const 196608))
    (loop $start
      (call $event (i32.const 1) (i32.const 0) (i32.const 0)
        (i32.add (i32.const 0x10000) (i32.mul (local.get $i) (i32.const 16384)))
        (i32.const 16384))
      (drop (call $spawn (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $start (i32.lt_u (local.get $i) (i32.const 4))))
    (drop (memory.grow (i32.const 2)))
    (call $event (i32.const 7) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 393216))
    (block $done
      (loop $wait
        (local.set $ended (i32.atomic.load (i32.const 0)))
        (br_if $done (i32.ge_u (local.get $ended) (i32.const 4)))
        (drop
          (memory.atomic.wait32 (i32.const 0) (local.get $ended) (i64.const 1000000000)))
        (br $wait)))
    (local.set $i (i32.const 0))
    (loop $free
      (call $event (i32.const 4) (i32.const 0) (i32.const 0)
        (i32.add (i32.const 0x10000) (i32.mul (local.get $i) (i32.const 16384)))
        (i32.const 0))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $free (i32.lt_u (local.get $i) (i32.const 4))))))
