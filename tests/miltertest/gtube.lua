-- GTUBE is rejected with a code and our id.
dofile(os.getenv("TAMIS_SRCDIR") .. "/tests/miltertest/common.inc")
local conn = begin()
envelope(conn, "ada@example.org", "4QmT1A2")
fields(conn)
local reply = finish(conn, "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n")
check(reply == SMFIR_REPLYCODE, "not refused with a code but " .. tostring(reply))
check(not mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Status"), "a refused message was edited")
done(conn)
