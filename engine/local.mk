# engine: see Makefile.am
