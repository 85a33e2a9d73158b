# libc12: one non-recursive Makefile.  `make help` lists what it does.
CONFIG   ?= release
BUILD    ?= build/$(CONFIG)
# the system's Python: its cffi and numpy come from the package manager
PYTHON   ?= /usr/bin/python3
GO       ?= $(firstword $(shell command -v go) $(lastword $(sort $(wildcard /usr/lib/go-1.2[1-9]/bin/go))) go)
CC       ?= cc
AR       ?= ar
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := $(shell cat VERSION)
V        ?= 0
Q        := $(if $(filter 1,$(V)),,@)

ROOMS    := bom mrp buy sched route dispatch charge tlm ncr spc order stock kpi cost access seal vda
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
# mbedTLS 2.28 or 3.6 is taken when its headers are there (2.28 has no .pc file); MBEDTLS= builds without, and seal then says so
MBEDTLS  ?= $(shell echo '\#include <mbedtls/gcm.h>' | $(CC) $(MBEDTLS_CFLAGS) -E -x c - >/dev/null 2>&1 && echo yes)
SEAL_CFLAGS := $(if $(MBEDTLS),-DC12_HAVE_MBEDTLS $(MBEDTLS_CFLAGS))
SEAL_LIBS := $(if $(MBEDTLS),$(MBEDTLS_LDFLAGS) -lmbedcrypto)
IO_LIBS  := $(shell pkg-config --libs $(IO_PKGS) 2>/dev/null) -linih -lpthread $(SEAL_LIBS)
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null)
# libcbor is what tests of CBOR are compared with; the library itself does without
PEER_test_tlm-cbor = $(or $(shell pkg-config --libs libcbor 2>/dev/null),-lcbor)

src_of    = $(sort $(wildcard lib/$(1)/*.c lib/$(1)/*/*.c))
obj_of    = $(patsubst %.c,$(BUILD)/obj/%.o,$(call src_of,$(1)))
CORE_OBJ := $(foreach r,$(CORE),$(call obj_of,$(r)))
IO_OBJ   := $(call obj_of,io)
CLI_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/cli/*.c examples/cli/*/*.c bench/*.c)))
HEADERS  := $(sort $(wildcard include/c12/*.h))
TESTS    := $(sort $(wildcard tests/unit/test_*.c))
TEST_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(TESTS))

# the daemons are built where their web server's headers are
DAEMONS  := c12d fleetd mesd qmsd teld
WEB      ?= $(shell pkg-config --exists libmicrohttpd gnutls 2>/dev/null && echo yes)
WEB_LIBS := $(shell pkg-config --libs libmicrohttpd gnutls 2>/dev/null)
# what the page takes from npm once `make ui` has fetched it: lines over time, and smaller scripts so that both stay below 150 KB; without them the page
# is served as it is written and draws its own lines
UI_NPM   := $(BUILD)/npm/node_modules
UI_PLOT  := $(wildcard $(UI_NPM)/uplot/dist/uPlot.esm.js)
UI_SLIM  := $(wildcard $(UI_NPM)/terser/bin/terser)
UI_TERSE := node $(UI_SLIM) --module --ecma 2022 --compress passes=2,inline=1,unsafe_arrows --mangle
PAGES    := $(patsubst examples/dashboard/%,$(BUILD)/gen/ui/%,$(sort $(wildcard examples/dashboard/*.*))) $(BUILD)/gen/ui/vendor.js
HOUSE_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/daemons/*/*.c))) $(BUILD)/obj/gen/pages.o
PLANT_OBJ := $(patsubst %,$(BUILD)/obj/examples/cli/%.o,cli_args cli_text cli_plant hall report_csv)

all: lib cli $(if $(WEB),daemons connectors) ## libraries and the c12 command (default)
lib: $(BUILD)/libc12.a $(BUILD)/libc12io.a $(BUILD)/libc12.so $(BUILD)/libc12io.so ## libc12 and libc12io, static and shared
cli: $(BUILD)/bin/c12 ## the c12 command
daemons: $(DAEMONS:%=$(BUILD)/bin/%) $(BUILD)/bin/c12-sim ## c12d, and fleetd, mesd, qmsd and teld by themselves

# ---- compile -----------------------------------------------------------------------------------------------------------
$(BUILD)/obj/lib/io/%.o: EXTRA = $(IO_CFLAGS) -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/lib/seal/%.o: EXTRA = $(SEAL_CFLAGS)
$(BUILD)/obj/examples/daemons/%.o: EXTRA = -Wno-missing-field-initializers -Iexamples/daemons -Iexamples/cli $(IO_CFLAGS) -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
$(BUILD)/obj/examples/%.o: EXTRA = -Iexamples/cli -I$(BUILD)/gen $(IO_CFLAGS) -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/bench/%.o: EXTRA = -Iexamples/cli -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/tests/%.o: EXTRA = -D_POSIX_C_SOURCE=200809L
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC  $<")
	$(Q)$(CC) $(BASEFLAGS) $(EXTRA) $(CFLAGS) -MMD -MP -c $< -o $@

# the page c12 sched --html fills, as C strings
$(BUILD)/gen/gantt_page.h: examples/cli/sched/gantt.html
	@mkdir -p $(@D)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n",/' $< > $@.part && mv $@.part $@
$(BUILD)/obj/examples/cli/sched/shop_html.o: $(BUILD)/gen/gantt_page.h
# and the one that plays a run of robots
$(BUILD)/gen/floor_page.h: examples/cli/route/floor.html
	@mkdir -p $(@D)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n",/' $< > $@.part && mv $@.part $@
$(BUILD)/obj/examples/cli/route/floor_page.o: $(BUILD)/gen/floor_page.h

# ---- libraries ---------------------------------------------------------------------------------------------------------
$(BUILD)/libc12.a: $(CORE_OBJ)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(BUILD)/libc12io.a: $(IO_OBJ)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^
$(BUILD)/libc12.so.0: $(CORE_OBJ) scripts/libc12.map
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-soname,libc12.so.0 -Wl,--version-script=scripts/libc12.map -Wl,--no-undefined-version $(CORE_OBJ) $(SEAL_LIBS) -o $@
$(BUILD)/libc12io.so.0: $(IO_OBJ) $(BUILD)/libc12.so scripts/libc12io.map
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-soname,libc12io.so.0 -Wl,--version-script=scripts/libc12io.map -Wl,--no-undefined-version $(IO_OBJ) -L$(BUILD) -lc12 $(IO_LIBS) -o $@
$(BUILD)/%.so: $(BUILD)/%.so.0
	$(Q)ln -sf $(<F) $@

$(BUILD)/bin/c12: $(CLI_OBJ) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(IO_LIBS) -o $@

$(BUILD)/obj/examples/sim/%.o $(BUILD)/obj/bench/daemons/%.o: EXTRA = -Iexamples/sim $(IO_CFLAGS) -D_GNU_SOURCE
$(BUILD)/bin/c12-load: $(BUILD)/obj/bench/daemons/load.o $(BUILD)/obj/examples/sim/wire.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(WEB_LIBS) -lpthread -o $@
$(BUILD)/bin/c12-sim: $(BUILD)/obj/examples/sim/robot.o $(BUILD)/obj/examples/sim/wire.o $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(WEB_LIBS) $(IO_LIBS) -o $@
# connectors: each is built where its library's headers are, and is a program of its own
KAFKA    ?= $(shell pkg-config --exists rdkafka gnutls 2>/dev/null && echo yes)
LINK_OBJ := $(BUILD)/obj/examples/connectors/link/link.o $(BUILD)/obj/examples/sim/wire.o
KAFKA_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/connectors/kafka/*.c))) $(LINK_OBJ)
$(BUILD)/obj/examples/connectors/%.o: EXTRA = -Wno-missing-field-initializers -Wno-gnu-statement-expression -Iexamples/sim -Iexamples/connectors/link $(IO_CFLAGS) $(PG_CFLAGS) -D_GNU_SOURCE
$(BUILD)/bin/c12-kafkad: $(KAFKA_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs rdkafka 2>/dev/null) $(WEB_LIBS) $(IO_LIBS) -o $@
PG       ?= $(shell pkg-config --exists libpq gnutls 2>/dev/null && echo yes)
PG_CFLAGS := $(shell pkg-config --cflags libpq 2>/dev/null)
PG_OBJ   := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/connectors/pg/*.c))) $(LINK_OBJ)
$(BUILD)/bin/c12-pgd: $(PG_OBJ) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs libpq 2>/dev/null) $(WEB_LIBS) $(IO_LIBS) -o $@
NOTIFY   ?= $(shell pkg-config --exists libcurl gnutls 2>/dev/null && echo yes)
NOTIFY_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/connectors/notify/*.c))) $(LINK_OBJ)
$(BUILD)/bin/c12-notifyd: $(NOTIFY_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs libcurl 2>/dev/null) $(WEB_LIBS) $(IO_LIBS) -o $@
# programs that speak MQTT, built where libmosquitto's headers are; nothing else of libc12 links it
MQTT     ?= $(shell pkg-config --exists libmosquitto 2>/dev/null && echo yes)
MQTT_LIBS := $(shell pkg-config --libs libmosquitto 2>/dev/null)
MQTT_OBJ := $(patsubst %,$(BUILD)/obj/examples/connectors/mqttd/%.o,broker sheet)
$(BUILD)/obj/examples/connectors/mqttd/%.o $(BUILD)/obj/examples/sim/agv.o: EXTRA = -Iexamples/connectors/mqttd -Iexamples/sim $(IO_CFLAGS) -D_GNU_SOURCE
$(BUILD)/bin/c12-agv: $(BUILD)/obj/examples/sim/agv.o $(MQTT_OBJ) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(MQTT_LIBS) $(IO_LIBS) -o $@
$(BUILD)/bin/c12-mqttd: $(patsubst %,$(BUILD)/obj/examples/connectors/mqttd/%.o,mqttd master) $(MQTT_OBJ) $(BUILD)/obj/examples/sim/wire.o $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(MQTT_LIBS) $(WEB_LIBS) $(shell pkg-config --libs jansson) -o $@
connectors: $(if $(KAFKA),$(BUILD)/bin/c12-kafkad) $(if $(PG),$(BUILD)/bin/c12-pgd) $(if $(NOTIFY),$(BUILD)/bin/c12-notifyd) $(if $(MQTT),$(if $(WEB),$(BUILD)/bin/c12-mqttd $(BUILD)/bin/c12-agv)) ## c12-kafkad, c12-pgd, c12-mqttd, c12-notifyd, each where its library's headers are
.PHONY: connectors
check-daemons: daemons $(BUILD)/bin/c12-load ## the daemons as processes: door, API, store under kill -9 and full disk
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) -m pytest -q -p no:cacheprovider tests/daemons
SERVICES ?= tests/services
check-services: ## the connectors with real Kafka, PostgreSQL, mosquitto and SMTP, started here (scripts/deps services)
	@scripts/deps services
	@$(MAKE) --no-print-directory cli daemons connectors
	@C12=$(abspath $(BUILD)/bin/c12) scripts/services/kafka-up -- scripts/services/postgres-up -- $(PYTHON) -m pytest -q -s -p no:cacheprovider --ignore=tests/services/test_demo.py $(SERVICES)
	@$(if $(filter tests/services,$(SERVICES)),C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) -m pytest -q -p no:cacheprovider tests/services/test_demo.py)
check-services-short: ## the same without what takes a quarter of a minute and more, with fewer orders: part of `make check`
	@C12_ORDERS=5000 PYTEST_ADDOPTS="-m 'not long'" $(MAKE) --no-print-directory check-services SERVICES="$(filter-out tests/services/test_demo.py,$(wildcard tests/services/test_*.py))"
.PHONY: check-services check-services-short demo-real bench-mqtt
demo-real: ## the demo's plant among mosquitto, Kafka and PostgreSQL, all with certificates, then the demo's summary
	@scripts/deps services
	@$(MAKE) --no-print-directory cli daemons connectors
	@scripts/demo-real $(BUILD)/bin
bench-mqtt: cli daemons connectors ## what c12-mqttd bears: states a second, vehicles at 10 Hz, how long an order takes to move them
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) bench/daemons/mqtt.py
check-client: daemons ## a client generated from the OpenAPI page (pip: openapi-python-client), used
	@PYTHON=$(PYTHON) scripts/check-client $(BUILD)/bin
check-schema: daemons ## the API fuzzed from its OpenAPI page for five minutes (pip: schemathesis)
	@PYTHON=$(PYTHON) scripts/check-schema $(BUILD)/bin
bench-daemons: daemons $(BUILD)/bin/c12-load ## what a plant's daemon bears: API under open-loop load, telemetry, viewers, queries, memory
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) bench/daemons/run.py
.PHONY: check-client check-schema check-daemons bench-daemons daemons

# the dashboard's files as bytes of the daemons
$(BUILD)/gen/ui/%.js: examples/dashboard/%.js $(UI_SLIM)
	@mkdir -p $(@D)
	$(Q)$(if $(UI_SLIM),$(UI_TERSE) -o $@ -- $<,cp $< $@)
$(BUILD)/gen/ui/vendor.js: $(UI_PLOT)
	@mkdir -p $(@D)
	$(Q)$(if $(UI_PLOT),{ echo '/*'; cat $(UI_NPM)/uplot/LICENSE; echo '*/'; $(UI_TERSE) -- $<; },echo 'export default null;') > $@
$(BUILD)/gen/ui/%.css: examples/dashboard/%.css
	@mkdir -p $(@D)
	$(Q)sed -E '/^\/\*.*\*\/$$/d; s/^ +//; s/ *([{};,]) */\1/g; s/: /:/g; s/;\}/}/g' $< | tr -d '\n' > $@
$(BUILD)/gen/ui/%: examples/dashboard/%
	@mkdir -p $(@D)
	$(Q)cp $< $@
$(BUILD)/gen/pages.c: scripts/embed $(PAGES)
	@mkdir -p $(@D)
	$(Q)scripts/embed $(PAGES) > $@.part && mv $@.part $@
$(BUILD)/obj/gen/pages.o: $(BUILD)/gen/pages.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASEFLAGS) -Iexamples/daemons/house $(CFLAGS) -c $< -o $@
$(DAEMONS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/obj/examples/daemons/%.o $(HOUSE_OBJ) $(PLANT_OBJ) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(WEB_LIBS) $(IO_LIBS) -o $@

# ---- unit tests: a room's test links that room and base, and nothing else ----------------------------------------------------
room_of   = $(patsubst test_%,%,$(firstword $(subst -, ,$(1))))
FLOW_TEST := flow io
define unit_rule
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/unit/$(1).o $(if $(filter $(FLOW_TEST),$(call room_of,$(1))),$(BUILD)/libc12io.a $(BUILD)/libc12.a,$(call obj_of,base) $(if $(filter base,$(call room_of,$(1))),,$(call obj_of,$(call room_of,$(1)))))
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS) $$^ $$(CHECK_LIBS) $$(PEER_$(1)) $(if $(filter seal,$(call room_of,$(1))),$$(SEAL_LIBS)) $(if $(filter $(FLOW_TEST),$(call room_of,$(1))),$$(IO_LIBS),) -o $$@
endef
$(foreach t,$(patsubst tests/unit/%.c,%,$(TESTS)),$(eval $(call unit_rule,$(t))))

# Check gives up after four seconds, which a shared processor may take.
export CK_DEFAULT_TIMEOUT ?= 60
unit-build: $(TEST_BIN)
unit: $(TEST_BIN:$(BUILD)/tests/%=run-%) ## build and run the unit tests (CONFIG=asan for sanitizers); -j2 two at a time
run-%: $(BUILD)/tests/%
	@echo "  RUN $<"; $<
unit-%: ## unit-ROOM: the tests of one room
	@$(MAKE) --no-print-directory $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_$*.c tests/unit/test_$*-*.c)))
	@for t in $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_$*.c tests/unit/test_$*-*.c))); do $$t || exit 1; done

# ---- what compilers without vectors and 128-bit integers get ---------------------------------------------------------------------------
PORTABLE := test_base test_bom test_bom-model test_mrp test_mrp-plan test_mrp-rich test_mrp-date test_mrp-date-random test_bom-revise test_bom-eco test_buy test_dispatch test_dispatch-event test_tlm test_tlm-block test_tlm-frame test_tlm-linq test_tlm-mix test_tlm-odds test_tlm-press test_tlm-wire test_tlm-float test_tlm-round test_spc test_spc-sample test_ncr test_ncr-life test_stock test_stock-floor test_access test_seal-none test_cost test_cost-value test_cost-journal test_kpi test_kpi-states test_kpi-flow test_order test_order-book test_vda test_vda-order
PORTABLE_CC = $(CC) -std=c11 $(WARN) -Werror -O1 -DC12__PLAIN_ROWS -DC12__NO_INT128 -D_POSIX_C_SOURCE=200809L -Iinclude -Ilib -Itests/unit -DC12_BUILD
portable: ## tests of base, bom, mrp, buy, dispatch, tlm, spc, ncr, stock, access, cost, kpi, order and vda on the plain forms of rows and ratios, and seal without mbedTLS
	@rm -rf build/portable && mkdir -p build/portable
	@for c in $(foreach r,base bom mrp buy dispatch tlm spc ncr stock access seal cost kpi order vda,$(call src_of,$(r))); do $(PORTABLE_CC) -c $$c -o build/portable/$$(basename $$c .c).o || exit 1; done
	@for t in $(PORTABLE); do $(PORTABLE_CC) tests/unit/$$t.c build/portable/*.o $(CHECK_LIBS) -o build/portable/$$t && build/portable/$$t || exit 1; done

# ---- same bits everywhere: planners on random problems, judged, hashed, compared with what every other build gave -------------------
$(BUILD)/tests/bits: $(BUILD)/obj/tests/determinism/bits.o $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(IO_LIBS) -o $@
bits: $(BUILD)/tests/bits ## planners' results with 1, 2, 4 and 8 threads against tests/golden/bits.txt
	@for n in 1 2 4 8; do $< $$n > $(BUILD)/bits.txt && diff -u tests/golden/bits.txt $(BUILD)/bits.txt || exit 1; done
	@echo "bits: $$(wc -l < tests/golden/bits.txt) results, the same with 1, 2, 4 and 8 threads"
bits-update: $(BUILD)/tests/bits ## rewrite tests/golden/bits.txt after a planner has changed on purpose
	@$< 1 > tests/golden/bits.txt
campaign: $(BUILD)/tests/bits ## the same planners on 400 seeds each, judged by their checkers
	@$< 2 400 > $(BUILD)/campaign.txt
	@echo "campaign: $$(wc -l < $(BUILD)/campaign.txt) plans accepted"

# ---- hostile bytes at every door ---------------------------------------------------------------------------------------------------
$(BUILD)/tests/fuzz: $(patsubst %,$(BUILD)/obj/tests/fuzz/%.o,fuzz mutate) $(BUILD)/libc12io.a $(BUILD)/libc12.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(IO_LIBS) -o $@
# what the connectors read needs no broker and no database
$(BUILD)/obj/tests/fuzz/fuzz_connectors.o: EXTRA = $(IO_CFLAGS) -Iexamples/connectors/kafka -Iexamples/connectors/pg -D_POSIX_C_SOURCE=200809L
$(BUILD)/tests/fuzz_connectors: $(patsubst %,$(BUILD)/obj/tests/fuzz/%.o,fuzz_connectors mutate) $(BUILD)/obj/examples/connectors/kafka/event.o $(BUILD)/obj/examples/connectors/pg/rows.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(IO_LIBS) -o $@
FUZZ ?= 2000
fuzz: $(BUILD)/tests/fuzz $(BUILD)/tests/fuzz_connectors ## FUZZ=2000 mutated inputs a reader; meant for CONFIG=asan
	@$< $(FUZZ)
	@$(BUILD)/tests/fuzz_connectors $(FUZZ)

# ---- the house's own rules -------------------------------------------------------------------------------------------------
layers: $(CORE_OBJ) ## floors: includes, cycles, each room links alone with base
	@scripts/layers $(BUILD)/obj
shape: ## sizes of functions and files beside the house's marks
	@scripts/shape
headers: ## every public header alone, as C11, C++11 and freestanding
	@scripts/headers
abi: lib ## exported symbols against the committed list and ABI baseline
	@scripts/symbols check libc12 $(BUILD)/libc12.so.0
	@scripts/symbols check libc12io $(BUILD)/libc12io.so.0
	@scripts/abi $(BUILD)
symbols: ## rewrite the version scripts from the public headers
	@scripts/symbols map libc12 > scripts/libc12.map
	@scripts/symbols map libc12io > scripts/libc12io.map
amalgamation: ## build/amalgamation: the core as one file, compiled once with warnings as errors
	@scripts/amalgamate build/amalgamation
	@$(CC) -std=c11 $(WARN) -Werror -O1 -Ibuild/amalgamation -c build/amalgamation/c12_amalgamation.c -o build/amalgamation/c12_amalgamation.o
	@$(CC) -std=c11 $(WARN) -Werror -O1 -Ibuild/amalgamation -c build/amalgamation/c12_files.c -o build/amalgamation/c12_files.o
	@echo "amalgamation: $$(wc -l < build/amalgamation/c12_amalgamation.c) lines"

# ---- firmware: the core freestanding, with nothing but memcpy, memmove, memset and memcmp from outside ---------------------------
ARM_CC    ?= arm-none-eabi-gcc
ARM_FLAGS := -std=c11 -ffreestanding -O2 -mcpu=cortex-m7 -mthumb -ffunction-sections -ffp-contract=off $(WARN) -Werror -Iinclude -Ilib -DC12_BUILD
firmware: ## build/firmware/libc12-core.a for Cortex-M, freestanding
	@ARM_CC="$(ARM_CC)" ARM_FLAGS="$(ARM_FLAGS)" CORE="$(CORE)" scripts/firmware build/firmware

# ---- bindings ------------------------------------------------------------------------------------------------------------------
python: ## build the Python binding and run its tests
	@scripts/amalgamate bindings/python/src/c12/core
	@cd bindings/python && $(PYTHON) build_c12.py && PYTHONPATH=src $(PYTHON) -m pytest -q -p no:cacheprovider tests
go: ## build the Go binding and run its tests
	@scripts/amalgamate bindings/go/core
	@cp bindings/go/core/c12_amalgamation.c bindings/go/core/c12_files.c bindings/go/
	@cd bindings/go && export GOTOOLCHAIN=local GOCACHE="$${GOCACHE:-$${XDG_CACHE_HOME:-$${HOME:-$(CURDIR)/build}/.cache}/go-build}" && $(GO) vet $(if $(MBEDTLS),-tags mbedtls) ./... && $(GO) test $(if $(MBEDTLS),-tags mbedtls) -count=1 ./...

# ---- pages ---------------------------------------------------------------------------------------------------------------------
docs: ## build/docs/html: the API pages; warnings are errors
	@scripts/docs build/docs

# ---- the two commands ------------------------------------------------------------------------------------------------------------
demo: ## install what builds and runs, build, and run a factory day into demo-out/
	@scripts/deps build
	@$(MAKE) --no-print-directory -j2 all
	@$(BUILD)/bin/c12 demo --seed 7 -o demo-out
ui: ## fetch from npm what the dashboard is better with (uPlot, terser), and build the daemons with it
	@command -v npm > /dev/null || { echo "ui: npm is not installed; the dashboard works without it, and has uPlot after: apt-get install npm, make ui"; exit 1; }
	@mkdir -p $(BUILD)/npm && cp examples/dashboard/npm/package.json examples/dashboard/npm/package-lock.json $(BUILD)/npm
	$(Q)cd $(BUILD)/npm && npm ci --no-audit --no-fund --loglevel=error
	@touch $(UI_NPM)/uplot/dist/uPlot.esm.js $(UI_NPM)/terser/bin/terser
	@$(MAKE) --no-print-directory daemons
PICTURES ?= $(BUILD)/ui-pictures
check-ui: ui ## PICTURES=docs/guide/pictures: the dashboard in headless Chromium: each page in both themes, axe, a dragged operation, what-ifs, sizes
	$(Q)cd tests/ui && npm ci --no-audit --no-fund --loglevel=error
	$(Q)C12D=$(abspath $(BUILD))/bin/c12d PICTURES=$(abspath $(PICTURES)) node tests/ui/run.mjs
check: ## install the test tools and run everything that guards a change (some fifteen minutes on 2 quiet cores)
	@scripts/deps check
	@MAKE="$(MAKE)" scripts/check
check-all: check ## check, then the longer suites: second compiler, other machines, thread sanitizer, the command under sanitizers
	@scripts/deps long
	@MAKE="$(MAKE)" scripts/check long
SIZES    ?= 1000 10000 100000
bench-mrp: cli python ## SIZES="1000 10000 100000": the planner here, and beside numpy, DuckDB and PostgreSQL on the same plants
	@$(BUILD)/bin/c12 bench bom
	@$(BUILD)/bin/c12 bench mrp
	@PYTHONPATH=bindings/python/src $(PYTHON) bench/peers/mrp.py $(SIZES)
bench-buy: cli python ## the buyer here, and beside pandas on the same requirements
	@$(BUILD)/bin/c12 bench buy
	@for n in 100000 1000000; do PYTHONPATH=bindings/python/src $(PYTHON) bench/peers/buy_pandas.py $$n || exit 1; done
TIMES    ?= 1 10
SEEDS    ?= 1 2 3
bench-sched: cli ## TIMES="1 10" SEEDS="1 2 3" INSTANCES="ta01 plant-200 ...": the scheduler here, and beside OR-Tools CP-SAT and dispatching rules on the same shops
	@$(BUILD)/bin/c12 bench sched
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) bench/peers/sched.py --times "$(TIMES)" --seeds "$(SEEDS)" $(INSTANCES)
bench-charge: cli python ## three days of charging under four policies, and small plans beside a proven bound
	@$(BUILD)/bin/c12 bench charge
	@PYTHONPATH=bindings/python/src $(PYTHON) bench/peers/charge.py
LARGE    ?=
bench-fleet: cli python ## LARGE=--large: the fleet's decisions here, and beside scipy and lapx on the same problems; whole fleets planned at once
	@C12=$(abspath $(BUILD)/bin/c12) PYTHONPATH=bindings/python/src:bench/peers $(PYTHON) bench/peers/fleet.py $(LARGE)
	@PYTHONPATH=bindings/python/src $(PYTHON) bench/peers/route.py
TLM      ?=
bench-tlm: cli python ## TLM=DAY.jsonl: telemetry blocks by level here, beside pcodec, Parquet, DuckDB and zstd, and single series that pip packages carry
	@C12=$(abspath $(BUILD)/bin/c12) PYTHONPATH=bindings/python/src:bench/peers:$(PYTHONPATH) $(PYTHON) bench/peers/tlm.py $(TLM)
ARROW    ?=
bench-arrow: cli python ## ARROW=DAY.c12t: telemetry rows to data frames here, beside Parquet of the same rows read by pyarrow and DuckDB where they are installed
	@C12=$(abspath $(BUILD)/bin/c12) PYTHONPATH=bindings/python/src:bench/peers:$(PYTHONPATH) $(PYTHON) bench/peers/arrow.py $(ARROW)
.PHONY: bench-arrow
bench-shop: cli python ## control charts, grades, ledger, places, tours, decisions: how many a second, and beside numpy and regular expressions
	@$(BUILD)/bin/c12 bench shop
	@$(BUILD)/bin/c12 bench stock
	@PYTHONPATH=bindings/python/src $(PYTHON) bench/peers/shop.py
.PHONY: bench-shop
bench-vda: cli ## messages of VDA 5050 read, printed and judged here, and beside json and JSON schemas in Python
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) bench/peers/vda.py
.PHONY: bench-vda
e2e: cli ## the command on real input, good and bad
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) -m pytest -q -p no:cacheprovider tests/e2e
examples: lib ## build and run the numbered examples
	@CC="$(CC)" LIBS="$(IO_LIBS)" scripts/examples $(BUILD)

SEALED   ?= demo-out/telemetry.c12t
bench-seal: cli ## SEALED=day.c12t: what sealing costs on the blocks of a telemetry file, and OpenSSL through Python beside the primitives
	@$(BUILD)/bin/c12 bench seal $(wildcard $(SEALED))
	@$(PYTHON) bench/peers/seal.py
.PHONY: bench-seal

WIRE     ?= demo-out/telemetry.jsonl
bench-wire: cli ## WIRE=day.jsonl (or made from demo-out/telemetry.c12t): one record a message, here and beside orjson, cbor2, msgpack and zstd
	@[ -f "$(WIRE)" ] || $(BUILD)/bin/c12 tlm unpack demo-out/telemetry.c12t "$(WIRE)"
	@C12=$(abspath $(BUILD)/bin/c12) $(PYTHON) bench/peers/wire.py "$(WIRE)"
.PHONY: bench-wire

install: all ## PREFIX=/usr/local DESTDIR=
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include/c12 $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 755 $(BUILD)/bin/c12 $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/c12/
	install -m 644 $(BUILD)/libc12.a $(BUILD)/libc12io.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(BUILD)/libc12.so.0 $(BUILD)/libc12io.so.0 $(DESTDIR)$(PREFIX)/lib/
	ln -sf libc12.so.0 $(DESTDIR)$(PREFIX)/lib/libc12.so
	ln -sf libc12io.so.0 $(DESTDIR)$(PREFIX)/lib/libc12io.so
	printf 'prefix=%s\nName: libc12\nDescription: planning and quality core of a robot factory\nVersion: %s\nCflags: -I$${prefix}/include\nLibs: -L$${prefix}/lib -lc12\nLibs.private: %s\n' '$(PREFIX)' '$(VERSION)' '$(SEAL_LIBS)' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/c12.pc
	printf 'prefix=%s\nName: libc12io\nDescription: files, store and threads for libc12\nRequires: c12\nVersion: %s\nCflags: -I$${prefix}/include\nLibs: -L$${prefix}/lib -lc12io\n' '$(PREFIX)' '$(VERSION)' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/c12io.pc

clean: ## remove build/
	rm -rf build demo-out bindings/python/build bindings/python/src/c12/core bindings/go/core

help: ## this list
	@grep -hE '^[a-z0-9%_-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: all lib cli ui check-ui portable unit unit-build bits bits-update campaign fuzz clean help layers shape headers abi symbols amalgamation firmware python go docs demo bench-mrp bench-buy bench-sched bench-charge bench-fleet bench-tlm check check-all e2e examples install
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
