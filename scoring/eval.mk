# eval.mk - functions of headers, MIME, bodies and images; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-bayes.c \
	scoring/eval-body.c \
	scoring/eval-date.c scoring/eval-date.h \
	scoring/eval-difference.c \
	scoring/eval-fromname.c \
	scoring/eval-header.c \
	scoring/eval-image.c scoring/eval-image.h \
	scoring/eval-image-size.c \
	scoring/eval-locale.c scoring/eval-locale.h \
	scoring/eval-mime.c scoring/eval-mime.h \
	scoring/eval-mime-walk.c \
	scoring/eval-network.c \
	scoring/eval-optional.c \
	scoring/eval-pdf.c scoring/eval-pdf.h \
	scoring/eval-pdf-read.c \
	scoring/eval-phishing.c \
	scoring/eval-recipients.c \
	scoring/eval-stock.c \
	scoring/eval-text.h \
	scoring/eval-time.c \
	scoring/mimeheader.c scoring/mimeheader.h

unit_tests += scoring/eval-header-test
scoring_eval_header_test_SOURCES = scoring/eval-header-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_header_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/eval-body-test scoring/eval-image-test scoring/eval-mime-test
scoring_eval_body_test_SOURCES = scoring/eval-body-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_body_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_eval_image_test_SOURCES = scoring/eval-image-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_image_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_eval_mime_test_SOURCES = scoring/eval-mime-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_mime_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/eval-plugins-test
scoring_eval_plugins_test_SOURCES = scoring/eval-plugins-test.c scoring/test-message.h
scoring_eval_plugins_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/eval-image-fuzz scoring/eval-mime-fuzz scoring/eval-pdf-fuzz
scoring_eval_pdf_fuzz_SOURCES = scoring/eval-pdf-fuzz.c
scoring_eval_pdf_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_eval_pdf_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_eval_image_fuzz_SOURCES = scoring/eval-image-fuzz.c
scoring_eval_image_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_eval_image_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_eval_mime_fuzz_SOURCES = scoring/eval-mime-fuzz.c
scoring_eval_mime_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_eval_mime_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += scoring/mimeheader-test
scoring_mimeheader_test_SOURCES = scoring/mimeheader-test.c scoring/eval-test.h scoring/test-message.h
scoring_mimeheader_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
