# libc12: one non-recursive Makefile.  `make help` lists what it does.
CONFIG   ?= release
BUILD    ?= build/$(CONFIG)
PYTHON   ?= /usr/bin/python3
GO       ?= go
CC       ?= cc
AR       ?= ar
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := $(shell cat VERSION)
V        ?= 0
Q        := $(if $(filter 1,$(V)),,@)

ROOMS    := bom mrp sched route dispatch charge tlm ncr order kpi cost
CORE     := base $(ROOMS) flow

WARN     := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes
WERROR   ?= $(if $(CI),-Werror,)
OPT_release := -O2 -g
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
CFLAGS   += $(OPT_$(CONFIG))
BASEFLAGS := -std=c11 $(WARN) $(WERROR) -ffp-contract=off -fvisibility=hidden -fPIC -ffile-prefix-map=$(CURDIR)=. -Iinclude -Ilib -DC12_BUILD
LDFLAGS  += $(filter -fsanitize% --coverage,$(OPT_$(CONFIG)))
IO_PKGS  := jansson sqlite3
IO_CFLAGS := $(shell pkg-config --cflags $(IO_PKGS) 2>/dev/null)
IO_LIBS  := $(shell pkg-config --libs $(IO_PKGS) 2>/dev/null) -linih -lpthread
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null)

src_of    = $(sort $(wildcard lib/$(1)/*.c))
obj_of    = $(patsubst %.c,$(BUILD)/obj/%.o,$(call src_of,$(1)))
CORE_OBJ := $(foreach r,$(CORE),$(call obj_of,$(r)))
IO_OBJ   := $(call obj_of,io)
CLI_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/cli/*.c)))
HEADERS  := $(sort $(wildcard include/c12/*.h))
TESTS    := $(sort $(wildcard tests/unit/test_*.c))
TEST_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(TESTS))

all: lib cli ## libraries and the c12 command (default)
lib: $(BUILD)/libc12.a $(BUILD)/libc12io.a $(BUILD)/libc12.so $(BUILD)/libc12io.so ## libc12 and libc12io, static and shared
cli: $(BUILD)/bin/c12 ## the c12 command

# ---- compile -----------------------------------------------------------------------------------------------------------
$(BUILD)/obj/lib/io/%.o: EXTRA = $(IO_CFLAGS) -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/examples/%.o: EXTRA = $(IO_CFLAGS) -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC  $<")
	$(Q)$(CC) $(BASEFLAGS) $(EXTRA) $(CFLAGS) -MMD -MP -c $< -o $@

# ---- libraries ---------------------------------------------------------------------------------------------------------
$(BUILD)/libc12.a: $(CORE_OBJ)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(BUILD)/libc12io.a: $(IO_OBJ)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(BUILD)/libc12.so.0: $(CORE_OBJ) scripts/libc12.map
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-soname,libc12.so.0 -Wl,--version-script=scripts/libc12.map -Wl,--no-undefined-version $(CORE_OBJ) -o $@
$(BUILD)/libc12io.so.0: $(IO_OBJ) $(BUILD)/libc12.so scripts/libc12io.map
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-soname,libc12io.so.0 -Wl,--version-script=scripts/libc12io.map -Wl,--no-undefined-version $(IO_OBJ) -L$(BUILD) -lc12 $(IO_LIBS) -o $@
$(BUILD)/%.so: $(BUILD)/%.so.0
	$(Q)ln -sf $(<F) $@

$(BUILD)/bin/c12: $(CLI_OBJ) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(IO_LIBS) -o $@

# ---- unit tests: a room's test links that room and base, and nothing else ----------------------------------------------------
room_of   = $(patsubst test_%,%,$(firstword $(subst -, ,$(1))))
FLOW_TEST := flow io
define unit_rule
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/unit/$(1).o $(if $(filter $(FLOW_TEST),$(call room_of,$(1))),$(BUILD)/libc12io.a $(BUILD)/libc12.a,$(call obj_of,base) $(if $(filter base,$(call room_of,$(1))),,$(call obj_of,$(call room_of,$(1)))))
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS) $$^ $$(CHECK_LIBS) $(if $(filter $(FLOW_TEST),$(call room_of,$(1))),$$(IO_LIBS),) -o $$@
endef
$(foreach t,$(patsubst tests/unit/%.c,%,$(TESTS)),$(eval $(call unit_rule,$(t))))

unit: $(TEST_BIN) ## build and run the unit tests (CONFIG=asan for sanitizers)
	@for t in $(TEST_BIN); do echo "  RUN $$t"; $$t || exit 1; done
unit-%: ## unit-ROOM: the tests of one room
	@$(MAKE) --no-print-directory $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_$*.c tests/unit/test_$*-*.c)))
	@for t in $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_$*.c tests/unit/test_$*-*.c))); do $$t || exit 1; done

clean: ## remove build/
	rm -rf build

help: ## this list
	@grep -hE '^[a-z0-9%_-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: all lib cli unit clean help
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
