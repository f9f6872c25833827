scoring_libscoring_a_SOURCES += \
	scoring/view-links.c \
	scoring/view-stand-in.c \
	scoring/view-tree.c
