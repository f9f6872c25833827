noinst_LIBRARIES += engine/libengine.a
engine_libengine_a_SOURCES = \
	engine/options.c engine/options.h \
	engine/answers.c engine/answers.h \
	engine/upstream.c engine/upstream.h \
	engine/resolver.c engine/resolver.h engine/hub.c \
	engine/lookup.c engine/lookup.h \
	engine/wanted.c engine/wanted.h \
	engine/proto.c engine/proto.h \
	engine/crash.c engine/crash.h \
	engine/patience.c engine/patience.h \
	engine/pool.c engine/pool.h \
	engine/engine.c engine/engine.h engine/engine-impl.h \
	engine/check.c \
	engine/handoff.c engine/handoff.h \
	engine/start.c engine/role.c \
	engine/loader.c engine/loader.h \
	engine/spawn.c engine/spawn.h \
	engine/kind.h engine/kind-rules.c engine/kind-virus.c \
	engine/worker.c engine/worker.h \
	engine/scorer.c \
	engine/virus-worker.c engine/virus-worker.h

# an engine with its real loader, and workers that misbehave; for tests alone
engine_rig = engine/test-rig.c engine/test-rig.h engine/test-worker.c engine/test-worker.h

unit_tests += engine/proto-test engine/crash-test engine/pool-test engine/handoff-test
engine_proto_test_SOURCES = engine/proto-test.c
engine_proto_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
engine_crash_test_SOURCES = engine/crash-test.c
engine_crash_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
engine_pool_test_SOURCES = engine/pool-test.c
engine_pool_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
engine_handoff_test_SOURCES = engine/handoff-test.c
engine_handoff_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)

unit_tests += engine/answers-test engine/resolver-test
engine_answers_test_SOURCES = engine/answers-test.c
engine_answers_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
engine_resolver_test_SOURCES = engine/resolver-test.c
engine_resolver_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)

unit_tests += engine/worker-test
engine_worker_test_SOURCES = engine/worker-test.c $(engine_rig)
engine_worker_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
unit_tests += engine/engine-test engine/fault-test
engine_engine_test_SOURCES = engine/engine-test.c $(engine_rig)
engine_engine_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
engine_fault_test_SOURCES = engine/fault-test.c $(engine_rig)
engine_fault_test_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += engine/engine-bench
engine_engine_bench_SOURCES = engine/engine-bench.c
engine_engine_bench_LDADD = $(ENGINE_LIBS)

fuzz_targets += engine/proto-fuzz
engine_proto_fuzz_SOURCES = engine/proto-fuzz.c
engine_proto_fuzz_LDADD = $(FUZZ_LIBS) $(ENGINE_LIBS)
engine_proto_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += engine/seeds/proto
