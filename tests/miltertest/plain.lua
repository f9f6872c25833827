-- A plain message is accepted and gets its status.
dofile(os.getenv("TAMIS_SRCDIR") .. "/tests/miltertest/common.inc")
local conn = begin()
envelope(conn, "ada@example.org", "4QmT1A1")
fields(conn)
accepted(finish(conn, "Hello Bob,\r\nat noon?\r\n"))
check(mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Status"), "no X-Spam-Status")
check(not mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Flag"), "X-Spam-Flag on clean mail")
done(conn)
