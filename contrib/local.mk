# contrib: see Makefile.am

EXTRA_DIST += contrib/quickstart.sh
