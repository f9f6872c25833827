# scoring: see Makefile.am
