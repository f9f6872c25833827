-- Messages on one connection do not know of each other.
dofile(os.getenv("TAMIS_SRCDIR") .. "/tests/miltertest/common.inc")
local conn = begin()
for i = 1, 5 do
    envelope(conn, "sender" .. i .. "@example.org", "4QmT1B" .. i)
    fields(conn)
    if i % 2 == 0 then
        local reply = finish(conn, "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n")
        check(reply == SMFIR_REPLYCODE, "message " .. i .. " was not refused")
    else
        accepted(finish(conn, "Hello\r\n"))
        check(mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Status"), "message " .. i .. " has no status")
    end
end
done(conn)
