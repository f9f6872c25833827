# A release mark that is not good changes nothing about what a message gets, and is never delivered.

case a forged mark on honest mail goes
    header X-Tamis-Release: abc123 99999999999999 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    end
    reply accept
    final no X-Tamis-Release

case a forged mark does not save spam
    header X-Tamis-Release: abc123 99999999999999 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply reject

case several marks, odd spellings and values
    header x-tamis-RELEASE: a 1 b
    header X-Tamis-Release :
    header X-Tamis-Release: abc123\n 99999999999999\n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    end
    reply accept
    final no X-Tamis-Release
