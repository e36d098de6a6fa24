# Two commands set up a fresh Debian machine with Swift 6.3:
#   make demo    installs what is missing, builds, and runs the main job on SampleTraces
#   make test    the same, then every test
PREFIX ?= /usr/local
STATIC_BUILD = .build-static
# What libdw.a and libsqlite3.a need; the shared ones bring their own.
STATIC_LIBRARIES = -lelf -lz -llzma -lbz2 -lm

.PHONY: setup build demo test bench install clean

setup:
	Tools/setup

build: setup
	swift build -c release --product memtrace
	swift build -c release --product memtrace-record

demo: build
	Tools/demo .build/release/memtrace

test: demo
	Tools/check

# Takes about an hour: memtrace beside zstd, DuckDB and heaptrack, on TRACES="a.log b.log.zst" or those of
# Tools/bench/record-traces. BENCH=--quick takes minutes; docs/Benchmarks.md explains the table.
bench: build
	swift build -c release --product trace-generator
	swift build -c release --product micro-bench
	Tools/bench/micro
	Tools/bench/bench $(BENCH) $(TRACES)

# One static binary: no Swift runtime, no libzstd, no libc is needed where it goes. What it preloads
# into the programs that it records is a library, found in ../lib/memtrace from the binary's folder.
install: setup
	swift build -c release --product memtrace --scratch-path $(STATIC_BUILD) \
	  -Xswiftc -static-executable $(addprefix -Xlinker ,$(STATIC_LIBRARIES))
	swift build -c release --product memtrace-record
	install -D -s -m 755 $(STATIC_BUILD)/release/memtrace $(DESTDIR)$(PREFIX)/bin/memtrace
	install -D -s -m 644 .build/release/libmemtrace-record.so \
	  $(DESTDIR)$(PREFIX)/lib/memtrace/libmemtrace-record.so

clean:
	rm -rf .build $(STATIC_BUILD)
