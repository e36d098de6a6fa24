# Two commands set up a fresh Debian machine with Swift 6.3:
#   make demo    installs what is missing, builds, and runs the main job on SampleTraces
#   make test    the same, then every test
PREFIX ?= /usr/local
STATIC_BUILD = .build-static

.PHONY: setup build demo test install clean

setup:
	Tools/setup

build: setup
	swift build -c release --product memtrace

demo: build
	Tools/demo .build/release/memtrace

test: demo
	Tools/check

# One static binary: no Swift runtime, no libzstd, no libc is needed where it goes.
install: setup
	swift build -c release --product memtrace --scratch-path $(STATIC_BUILD) -Xswiftc -static-executable
	install -D -s -m 755 $(STATIC_BUILD)/release/memtrace $(DESTDIR)$(PREFIX)/bin/memtrace

clean:
	rm -rf .build $(STATIC_BUILD)
