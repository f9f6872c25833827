noinst_LIBRARIES += delivery/libdelivery.a
delivery_libdelivery_a_SOURCES = \
	delivery/answer.c delivery/answer.h \
	delivery/user.h
DELIVERY_LIBS = delivery/libdelivery.a $(KEEPER_LIBS)
# what stores mail needs no engine
delivery_store_libs = delivery/libdelivery.a $(OPENSSL_LIBS) $(MESSAGE_LIBS)
