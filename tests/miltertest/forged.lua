-- Forged fields go, the last first.
dofile(os.getenv("TAMIS_SRCDIR") .. "/tests/miltertest/common.inc")
local conn = begin()
envelope(conn, "ada@example.org", "4QmT1A3")
fields(conn)
header(conn, "X-Spam-Flag", "NO")
header(conn, "x-spam-flag", "NO")
accepted(finish(conn, "Hello\r\n"))
check(mt.eom_check(conn, MT_HDRDELETE, "X-Spam-Flag") or mt.eom_check(conn, MT_HDRDELETE, "x-spam-flag"),
    "the forged field stays")
done(conn)
