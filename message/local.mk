# message: see Makefile.am
