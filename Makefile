# Makefile - builds, tests and installs amidojo. `make help` lists the targets.
#
# First the names for people: each one runs this file again for the work itself, in parallel, so that
# packages installed by one step are seen by the next. Then the build of one variant, top to bottom.

VERSION := 0.1.0
PREFIX  ?= /usr/local
VARIANT ?= release

MAKEFLAGS     += --no-builtin-rules
SHELL         := /bin/bash
.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:

B     := build/$(VARIANT)
JOBS   = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
INNER  = $(MAKE) $(JOBS) --no-print-directory VARIANT=$(VARIANT)
quote  = '$(subst ','\'',$(1))'
ALONE := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL
TESTER = $(ALONE) AMIDOJO_MAKE=$(call quote,$(MAKEOVERRIDES)) tests/run --build $(B) $(TESTS)

# --- Names for people -----------------------------------------------------------------------------

ifeq ($(MAKELEVEL),0)
.NOTPARALLEL: # goals in the order given: `make clean all` means what it says
endif

.PHONY: all run test install uninstall deps clang asan fuzz soak differential cov bench lint golden pot clean help

all: ## build the program and its catalogues (VARIANT=asan|clang|cov|fuzz for another build)
	+@$(INNER) program

run: ## install what the build needs, build, and start the program (ARGS="review" for a command)
	@src/tools/deps.sh build
	+@$(INNER) program
	@exec $(ALONE) $(B)/amidojo $(ARGS)

test: ## install what the tests need, build, and run every test (TESTS="test-day" for some)
	@src/tools/deps.sh test
	+@$(INNER) program tests
	@$(TESTER)

install: ## put everything below $(DESTDIR)$(PREFIX)
	+@$(INNER) PREFIX=$(PREFIX) installable
	@$(INSTALL_ALL)

uninstall: ## remove exactly what `make install` with the same PREFIX and DESTDIR has put there
	@$(UNINSTALL_ALL)

deps: ## install the Debian packages that the build needs
	@src/tools/deps.sh build

clang: ## build everything with clang, warnings being errors
	@src/tools/deps.sh ci
	+@$(MAKE) $(JOBS) --no-print-directory VARIANT=clang WERROR=1 program tests

asan: ## the whole suite under AddressSanitizer and UndefinedBehaviorSanitizer
	+@AMIDOJO_TEST_SCALE=$${AMIDOJO_TEST_SCALE:-10} $(MAKE) --no-print-directory VARIANT=asan test

differential: ## compare with the real thing: Debian's awscli and python3-jmespath
	@src/tools/deps.sh ci
	+@$(INNER) program drivers
	@set -e; for script in tests/differential/diff_*.py; do echo "== $$(basename $$script)"; \
		AMIDOJO_BUILD=$(CURDIR)/$(B) $(ALONE) /usr/bin/python3 $$script; done

SOAK_SECONDS ?= 60
soak: ## 64 connections of mixed calls for SOAK_SECONDS (60), then the same with kill -9 in between
	+@$(INNER) program tests
	@AMIDOJO=$(CURDIR)/$(B)/amidojo AMIDOJO_BUILD=$(CURDIR)/$(B) $(ALONE) /usr/bin/python3 \
		tests/endpoint/soak.py $(SOAK_SECONDS)

FUZZ_SECONDS ?= 20
fuzz: ## run every fuzzer for FUZZ_SECONDS (20) under the sanitizers
	@src/tools/deps.sh ci
	+@$(MAKE) $(JOBS) --no-print-directory VARIANT=fuzz fuzzers
	@tests/fuzz.sh build/fuzz $(FUZZ_SECONDS)

cov: ## the suite with coverage counted, and a table of it
	@src/tools/deps.sh ci
	@find build/cov -name '*.gcda' -delete 2>/dev/null || true
	+@AMIDOJO_TEST_SCALE=$${AMIDOJO_TEST_SCALE:-10} $(MAKE) --no-print-directory VARIANT=cov test
	@gcovr --root . --filter src/ --exclude build/ --exclude-throw-branches --print-summary build/cov

bench: ## measure: build the benchmarks and print their tables (BENCH="store" for some)
	@src/tools/deps.sh ci
	+@$(INNER) program benches
	@AMIDOJO=$(CURDIR)/$(B)/amidojo AMIDOJO_BUILD=$(CURDIR)/$(B) tests/bench/run $(BENCH)

lint: ## style, layers, manual page, translations
	@src/tools/deps.sh ci
	+@$(INNER) program
	@tests/lint.sh $(B)

golden: ## write the golden files anew, and show what changed
	@src/tools/deps.sh test
	+@$(INNER) program tests
	@AMIDOJO_UPDATE_GOLDEN=1 $(TESTER)
	@! git rev-parse --git-dir >/dev/null 2>&1 || git --no-pager diff --stat -- tests

pot: ## merge new and changed messages of the sources into src/po/*.po
	@src/tools/messages.sh merge

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do \
		printf '  %-10s %s\n' "$$name" "$$text"; done

# --- Variants -------------------------------------------------------------------------------------

CC       := gcc
HARDEN   := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
OPTIMISE := -O2
EXTRA    :=
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifneq ($(filter x86_64 i%86,$(shell uname -m)),)
HARDEN += -fcf-protection
endif

ifeq ($(VARIANT),release)
else ifeq ($(VARIANT),clang)
CC     := clang
HARDEN := $(patsubst %SOURCE=3,%SOURCE=2,$(HARDEN))
else ifeq ($(VARIANT),asan)
HARDEN   :=
OPTIMISE := -O1
EXTRA    := $(SANITIZE)
else ifeq ($(VARIANT),fuzz)
CC       := clang
HARDEN   :=
OPTIMISE := -O1
EXTRA    := $(SANITIZE) -fsanitize=fuzzer-no-link
else ifeq ($(VARIANT),cov)
HARDEN   :=
OPTIMISE := -O0
EXTRA    := --coverage -fprofile-abs-path -fprofile-update=atomic
else
$(error there is no VARIANT=$(VARIANT): release, clang, asan, fuzz or cov)
endif

# --- Flags: asked for when first used, so that a machine without pkg-config reads this file quietly -

PACKAGES := yaml-0.1 sqlite3 readline jansson libutf8proc md4c libxxhash expat libcurl
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wpointer-arith -Wwrite-strings -Wundef -Werror=implicit-function-declaration

once     = $(eval $(1) := $(2))$($(1))
PC_FLAGS = $(call once,PC_FLAGS,$(filter-out -D%,$(shell pkg-config --cflags $(PACKAGES))))
PC_LIBS  = $(call once,PC_LIBS,$(shell pkg-config --libs $(PACKAGES)))

COMPILE = $(CC) -std=gnu11 $(OPTIMISE) -g -fPIE $(WARNINGS) $(if $(WERROR),-Werror) $(HARDEN) \
	$(EXTRA) -D_GNU_SOURCE $(PC_FLAGS) $(CPPFLAGS) $(CFLAGS)
LINK    = $(CC) $(OPTIMISE) -g -pie -Wl,-z,relro,-z,now $(EXTRA) $(CFLAGS) $(LDFLAGS)
# libcurl is opened when it is first needed (simulator/client), and http_parser has no .pc file.
LIBS    = $(filter-out -lcurl,$(PC_LIBS)) -lhttp_parser -lm $(LDLIBS)

# --- Sources: the layers, lowest first, and what each may include ---------------------------------

LAYERS  := base content study store query output model world ops cli wire client http sim app
base    := base
content := base content
study   := base study
store   := base study store
query   := base query
output  := base output
model   := base model
world   := base world
ops     := base model world ops
cli     := base query output model cli
wire    := base model wire
client  := base model wire client
http    := base model world ops wire http
sim     := base query output model world ops cli wire client http sim
app     := base content study store sim app

# The layers of the simulator lie in simulator/, the others in src/.
SOURCES := $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c simulator/$(l)/*.c))
OBJECTS := $(patsubst src/%,%,$(patsubst simulator/%,%,$(SOURCES)))
OBJECTS := $(OBJECTS:%.c=$(B)/obj/%.o)
MAIN    := $(B)/obj/app/main.o
LIBRARY := $(B)/libamidojo.a

# A layer is compiled with include/<layer> as its only place to look: an upward include fails there.
INCLUDES := $(foreach l,$(LAYERS),$(foreach d,$($(l)),$(B)/include/$(l)/$(d)))

# The model's tables are made by a program of our own from simulator/model/*.yaml.
GENERATE  := $(B)/model/generate
MODEL     := $(sort $(wildcard simulator/model/*.yaml))
GENERATOR := $(wildcard simulator/model/generate/*.c)

CATALOGUES := $(patsubst src/po/%.po,build/locale/%/LC_MESSAGES/amidojo.mo,$(wildcard src/po/*.po))

.PHONY: program tests fuzzers drivers benches installable FORCE

program: $(B)/amidojo $(CATALOGUES) ; @:

# --- Rules ----------------------------------------------------------------------------------------

Q   = $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

# $(call keep,TEXT) writes a file only if its text changed, so that what depends on it follows then.
keep = @mkdir -p $(@D); text=$(call quote,$(1)); \
	printf '%s\n' "$$text" | cmp -s - $@ || printf '%s\n' "$$text" >$@

$(B)/tools: FORCE
	@missing=; for tool in $(CC) pkg-config msgfmt; do \
		command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -z "$$missing" ]; then for package in $(PACKAGES); do \
		pkg-config --exists $$package || missing="$$missing $$package"; done; fi; \
	if [ -n "$$missing" ]; then echo "Not on this machine:$$missing. Run: make deps" >&2; exit 1; fi

$(B)/flags: FORCE | $(B)/tools
	$(call keep,$(COMPILE) -- $(LINK) $(LIBS) -- $(VERSION))

$(B)/objects: FORCE
	$(call keep,$(OBJECTS))

$(INCLUDES):
	@mkdir -p $(@D) && ln -sfn ../../../../$(if $(wildcard src/$(@F)),src,simulator)/$(@F) $@

# Only app/files.c knows where things are installed; the tree's program looks beside itself first.
$(B)/obj/app/%.o:        DEFINES := -DAMIDOJO_VERSION='"$(VERSION)"'
$(B)/obj/app/files.o:    DEFINES += -DAMIDOJO_DATADIR='"/usr/local/share"'
$(B)/install/files.o:    DEFINES := -DAMIDOJO_DATADIR='"$(PREFIX)/share"'

# The assembler puts files into these, and the compiler does not know.
$(B)/obj/http/page.o: $(wildcard simulator/http/page/*)
$(B)/obj/app/shell-start.o: $(wildcard src/share/shell/*)

layer = $(firstword $(subst /, ,$(1)))

define compile_layer
	@mkdir -p $(@D)
	$(call say,CC,$<) $(COMPILE) $(DEFINES) -I$(B)/include/$(call layer,$*) \
		-include base/banned.h -MMD -MP -c -o $@ $<
endef

$(B)/obj/%.o: src/%.c $(B)/flags | $(INCLUDES)
	$(compile_layer)

$(B)/obj/%.o: simulator/%.c $(B)/flags | $(INCLUDES)
	$(compile_layer)

$(GENERATE): $(GENERATOR) $(wildcard simulator/model/generate/*.h) $(patsubst %,src/base/%.c,buf map mem err) \
		simulator/model/model.h $(B)/flags
	@mkdir -p $(@D)
	$(call say,HOST,$@) $(COMPILE) -Isrc -Isimulator -include base/banned.h -pie -o $@ $(filter %.c,$^) $(LIBS)

$(B)/model/tables.c: $(GENERATE) $(MODEL)
	$(call say,MODEL,$@) $(GENERATE) $(MODEL) >$@

$(B)/model/tables.o: $(B)/model/tables.c simulator/model/model.h $(B)/flags
	$(call say,CC,$<) $(COMPILE) -Isrc -Isimulator -c -o $@ $<

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS)) $(B)/model/tables.o $(B)/objects
	$(call say,AR,$@) rm -f $@ && ar rcsD $@ $(filter %.o,$^)

$(B)/amidojo: $(MAIN) $(LIBRARY)
	$(call say,LINK,$@) $(LINK) -o $@ $(MAIN) $(LIBRARY) $(LIBS)

build/locale/%/LC_MESSAGES/amidojo.mo: src/po/%.po
	@mkdir -p $(@D)
	$(call say,MO,$<) msgfmt --check-format --check-domain -o $@.$(VARIANT) $< && mv $@.$(VARIANT) $@

# --- Tests: each file is a program ----------------------------------------------------------------

programs = $(patsubst %.c,$(B)/%,$(wildcard tests/$(1)))
TESTS_C := $(foreach t,unit/test-*.c property/prop-*.c sim/*-driver.c endpoint/*-driver.c,$(call programs,$(t)))
BENCHES := $(call programs,bench/bench-*.c)
FUZZERS := $(call programs,fuzz/fuzz-*.c)
DRIVERS := $(call programs,differential/*-driver.c)

tests:   $(TESTS_C) $(B)/tests/bench/bench-load ; @:
benches: $(BENCHES) ; @:
fuzzers: $(FUZZERS) ; @:
drivers: $(DRIVERS) ; @:

$(B)/tests/unit/%:  TEST_LIBS := -lcmocka
$(B)/tests/fuzz/%:  TEST_LIBS := -fsanitize=fuzzer

$(B)/tests/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<) $(COMPILE) -Isrc -Isimulator -include base/banned.h -MMD -MP -c -o $@ $<

$(TESTS_C) $(BENCHES) $(FUZZERS) $(DRIVERS): %: %.o $(LIBRARY)
	$(call say,LINK,$@) $(LINK) -o $@ $< $(LIBRARY) $(TEST_LIBS) $(LIBS)

# --- Install: a program of its own, for it alone knows PREFIX -------------------------------------

TO = $(DESTDIR)$(PREFIX)

installable: $(B)/install/amidojo $(CATALOGUES) ; @:

$(B)/install/prefix: FORCE
	$(call keep,$(PREFIX))

$(B)/install/files.o: src/app/files.c $(B)/install/prefix $(B)/flags | $(INCLUDES)
	$(call say,CC,$<) $(COMPILE) $(DEFINES) -I$(B)/include/app -include base/banned.h \
		-MMD -MP -c -o $@ $<

$(B)/install/amidojo: $(MAIN) $(B)/install/files.o $(LIBRARY)
	$(call say,LINK,$@) $(LINK) -o $@ $^ $(LIBS)

# What goes where, once, for both directions: a file of the tree, and its place below PREFIX.
DATA   := $(shell find content quizzes -type f -not -name '.*' 2>/dev/null | sort)
PLACES  = $(foreach f,$(DATA),$(f):share/amidojo/$(f)) \
	$(foreach f,$(CATALOGUES),$(f):$(f:build/%=share/%)) \
	src/share/amidojo.1:share/man/man1/amidojo.1 \
	src/share/amidojo.bash:share/bash-completion/completions/amidojo \
	src/share/_amidojo:share/zsh/site-functions/_amidojo \
	src/share/amidojo.fish:share/fish/vendor_completions.d/amidojo.fish

define INSTALL_ALL
install -D -m 755 $(B)/install/amidojo "$(TO)/bin/amidojo" && \
for pair in $(PLACES); do install -D -m 644 "$${pair%%:*}" "$(TO)/$${pair#*:}" || exit 1; done
endef

define UNINSTALL_ALL
rm -f "$(TO)/bin/amidojo" && \
for pair in $(PLACES); do rm -f "$(TO)/$${pair#*:}" || exit 1; done; \
[ ! -d "$(TO)/share/amidojo" ] || find "$(TO)/share/amidojo" -depth -type d -empty -delete
endef

-include $(OBJECTS:.o=.d) $(B)/install/files.d $(addsuffix .d,$(TESTS_C) $(BENCHES) $(FUZZERS) $(DRIVERS))
